#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace syncopate {

/// No data file may unfold to more than this.
constexpr std::uint64_t largest_data = std::uint64_t{8} << 30;

/// The bytes of a file; a gzip file is unfolded. Throws Error naming the file if it cannot be read, is damaged, or
/// holds more than `limit` bytes.
std::vector<std::uint8_t> read_bytes(const std::filesystem::path& file, std::uint64_t limit = largest_data);

/// Unfolds raw deflate data of a zip member. Throws Error naming `where` unless exactly `size` bytes come out.
std::vector<std::uint8_t> inflate_raw(std::span<const std::uint8_t> packed, std::uint64_t size,
                                      const std::string& where);

/// CRC-32 as zip files and PNG use it.
std::uint32_t crc32_of(std::span<const std::uint8_t> bytes);

}  // namespace syncopate
