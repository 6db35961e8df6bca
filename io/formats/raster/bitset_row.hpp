#pragma once

#include "core/index.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace syncopate {

/// Bytes of a row of `count` bits. Neuron i is bit i mod 8 (least significant first) of byte ⌊i/8⌋.
constexpr std::size_t row_bytes(std::int64_t count) { return to_size((count + 7) / 8); }

/// Base64 (RFC 4648, with padding) of the row.
std::string base64(std::span<const unsigned char> row);

/// The row back. Throws Error, without saying where, if the text is not base64 of a row of `count` bits whose unused
/// bits are 0.
std::vector<unsigned char> row_from_base64(const std::string& text, std::int64_t count);

}  // namespace syncopate
