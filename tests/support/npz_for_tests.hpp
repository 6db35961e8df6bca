#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace syncopate::support {

/// An array of a .npz file.
struct NpzArray {
    std::vector<std::int64_t> dims = {};
    std::vector<double> values = {};
};

/// The float32, float64 and int64 arrays of a .npz file as numpy writes it (stored or deflated, C order), by name;
/// other arrays are left out. Throws Error when the file is no such file. Made for the tests' own data: it trusts the
/// sizes in it.
std::map<std::string, NpzArray> read_npz(const std::filesystem::path& path);

}  // namespace syncopate::support
