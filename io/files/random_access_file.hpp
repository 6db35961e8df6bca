#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace syncopate {

/// A file that several threads may write and read at any place at once. What was never written reads as zeros.
class RandomAccessFile {
public:
    /// Opens the file; makes it, and empties what was there, if `is_new`. Throws Error naming the file.
    RandomAccessFile(std::filesystem::path path, bool is_new);
    ~RandomAccessFile();
    RandomAccessFile(const RandomAccessFile&) = delete;
    RandomAccessFile& operator=(const RandomAccessFile&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::uint64_t size() const;
    void resize(std::uint64_t size);
    /// All of these throw Error naming the file and the reason.
    void write(std::uint64_t offset, std::span<const std::byte> bytes);
    /// Throws Error too if the file ends earlier.
    void read(std::uint64_t offset, std::span<std::byte> bytes) const;
    /// Returns when the bytes have reached the disk.
    void synchronise();

private:
    [[noreturn]] void fail(const char* what) const;

    std::filesystem::path path_;
    int descriptor_ = -1;
};

/// Throws UsageError if a file of so many bytes does not fit where `path` lies. `option` names it, `remedy` says how it
/// becomes smaller.
void require_space(const std::filesystem::path& path, double bytes, const char* option, const char* remedy);

}  // namespace syncopate
