#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace syncopate {

/// An array as NumPy saves it, in C order and this machine's byte order.
struct NpyArray {
    char kind = 'f';             // f float, i signed, u unsigned, b bool
    std::int32_t item_size = 4;  // bytes
    std::vector<std::int64_t> shape;
    std::vector<std::uint8_t> bytes;

    std::int64_t size() const;
    /// Element i as a number. Requires: 0 ≤ i < size().
    double number(std::int64_t i) const;
    /// "float32".
    std::string type_name() const;
};

/// Reads a .npy file: versions 1 to 3, floats of 2, 4 and 8 bytes, integers of 1 to 8, bool; any byte order; C or
/// Fortran order. Throws Error naming the file and what is wrong.
NpyArray read_npy(const std::filesystem::path& file);

/// Reads all arrays of a .npz file (stored or deflated members), by name without ".npy".
std::map<std::string, NpyArray> read_npz(const std::filesystem::path& file);

/// The array in the bytes of a .npy file.
NpyArray parse_npy(const std::vector<std::uint8_t>& bytes, const std::string& where);

}  // namespace syncopate
