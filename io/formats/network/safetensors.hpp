#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace syncopate {

/// A named array to be written: float, double or 32-bit integers, row-major.
struct TensorView {
    std::string name;
    std::vector<std::int64_t> dimensions;
    std::variant<std::span<const float>, std::span<const double>, std::span<const std::int32_t>> values;
};

/// A named array that was read.
struct StoredTensor {
    std::string name;
    std::vector<std::int64_t> dimensions;
    std::variant<std::vector<float>, std::vector<double>, std::vector<std::int32_t>> values;
};

/// What a safetensors file holds, in the order of its data, and the SHA-256 of the whole file.
struct StoredTensors {
    std::vector<StoredTensor> tensors;
    std::string sha256;
};

/// Writes the safetensors format: 8-byte little-endian length of the header, JSON header, data without gaps.
/// Requires: names are unique; the product of a tensor's dimensions is its number of values.
void write_safetensors(std::ostream& out, std::span<const TensorView> tensors);

/// Reads a safetensors file of F32, F64 and I32 tensors.
/// Throws Error naming file and tensor: cannot be read, header too long or no JSON, another type, offsets that
/// overlap, leave gaps, pass the end of the file or do not fit the shape. Nothing is allocated before it is checked.
StoredTensors read_safetensors(const std::filesystem::path& path);

}  // namespace syncopate
