#pragma once

#include "io/formats/data/numeric_array.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace syncopate {

/// Most bytes an .npy header may have here; NumPy's own are below 200.
inline constexpr std::size_t largest_npy_header = std::size_t{1} << 16U;

/// True if these first bytes of a file are those of .npy.
bool is_npy(std::span<const std::byte> start);

/// The layout that an .npy file (format 1, 2 or 3) states. `start`: its first bytes, `largest_npy_header` of them or
/// all. Throws Error naming `where` and what in the header cannot be read: objects, strings, complex numbers and
/// records are not numbers to us.
ArrayLayout parse_npy_header(std::span<const std::byte> start, const std::string& where);

/// The bytes before the data of an .npy file in format 1, padded to a multiple of 64.
std::vector<std::byte> npy_header(ElementType type, std::span<const std::int64_t> dimensions);

/// The same for elements that NumPy has a name for, such as "<u8" or "<U12".
std::vector<std::byte> npy_header(const std::string& type, std::span<const std::int64_t> dimensions);

}  // namespace syncopate
