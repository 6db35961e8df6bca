#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace syncopate {

/// Bytes that can be read at any place by several threads at once: a file, or what was unpacked from one.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    virtual std::uint64_t size() const = 0;
    /// Fills `bytes` from `offset` on. Throws Error naming the file and offset if it ends earlier or cannot be read.
    virtual void read(std::uint64_t offset, std::span<std::byte> bytes) const = 0;
    /// What messages call it.
    const std::string& name() const { return name_; }

protected:
    explicit ByteSource(std::string name) : name_(std::move(name)) {}

private:
    std::string name_;
};

/// A file as it stands on the disk; nothing of it is kept in memory. Throws Error naming the file unless it is a
/// regular file that can be read.
std::unique_ptr<ByteSource> open_file(const std::filesystem::path& path);

/// Bytes at hand, as a source that messages call `name`.
std::unique_ptr<ByteSource> bytes_in_memory(std::vector<std::byte> bytes, std::string name);

/// A file, or what it unpacks to if it begins as gzip does. Throws Error if that is more than `most_unpacked` bytes.
std::unique_ptr<ByteSource> open_unpacked(const std::filesystem::path& path, std::uint64_t most_unpacked);

/// The first `count` bytes, fewer if the source is shorter.
std::vector<std::byte> first_bytes(const ByteSource& source, std::size_t count);

/// The same of a file, unpacked if it begins as gzip does. Throws Error naming the file if it cannot be read.
std::vector<std::byte> first_unpacked_bytes(const std::filesystem::path& path, std::size_t count);

/// A whole file. Throws Error naming the file if it cannot be read or has more than `most` bytes.
std::vector<std::byte> read_file(const std::filesystem::path& path, std::uint64_t most);

/// The same as text.
std::string read_text_file(const std::filesystem::path& path, std::uint64_t most);

}  // namespace syncopate
