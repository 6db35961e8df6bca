#pragma once

#include <filesystem>
#include <fstream>

namespace syncopate {

/// A file that takes its name only when it is complete: written beside it, then renamed. Removed if never kept.
class NewFile {
public:
    /// Throws Error naming the file if the folder cannot be written.
    explicit NewFile(std::filesystem::path path);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    std::fstream& stream() { return stream_; }
    /// Where the bytes lie until the file is kept.
    const std::filesystem::path& temporary() const { return temporary_; }
    /// Throws Error if anything could not be written (a full disk).
    void keep();

private:
    std::filesystem::path path_;
    std::filesystem::path temporary_;
    std::fstream stream_;
    bool is_kept_ = false;
};

}  // namespace syncopate
