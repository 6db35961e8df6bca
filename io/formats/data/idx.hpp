#pragma once

#include "io/formats/data/numeric_array.hpp"

#include <filesystem>
#include <optional>
#include <span>

namespace syncopate {

/// Most bytes of an IDX header: magic number and 255 dimensions.
inline constexpr std::size_t largest_idx_header = 4 + 4 * 255;

/// The layout that an IDX file states (the format of MNIST: 0, 0, type, number of dimensions, dimensions as big-endian
/// 32-bit numbers, elements), or nothing if these first bytes of a file are not those of IDX.
std::optional<ArrayLayout> parse_idx_header(std::span<const std::byte> start);

/// An IDX file, gzipped or not. Throws Error naming the file if it is not one, or has bytes missing or left over.
NumericArray open_idx(const std::filesystem::path& path);

}  // namespace syncopate
