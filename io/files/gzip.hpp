#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace syncopate {

/// What a packed file holds, or its beginning.
struct Unpacked {
    std::vector<std::byte> bytes;
    bool is_complete = false;  // false: more follows
};

/// True if these first bytes of a file are those of gzip.
bool is_gzip(std::span<const std::byte> start);

/// Unpacks at most `most` bytes of a gzip file (also of several members in a row); memory grows with what was really
/// unpacked, never with what the file claims. The checksum is compared when the end is reached.
/// Throws Error naming the file if it is truncated or damaged.
Unpacked gunzip(const std::filesystem::path& path, std::uint64_t most);

}  // namespace syncopate
