#pragma once

#include <filesystem>
#include <fstream>
#include <string_view>

namespace syncopate {

/// A file that takes its name only when it is complete: written beside it, then renamed. Removed if never kept.
/// A device or pipe (/dev/stdout) is written straight away, and a symbolic link keeps its place.
class NewFile {
public:
    /// Throws Error naming the file if the folder does not exist or cannot be written.
    explicit NewFile(std::filesystem::path path);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    /// Binary; what is written here is not seen under the file's name before `keep`.
    std::fstream& stream() { return stream_; }
    /// Where the bytes lie until the file is kept.
    const std::filesystem::path& temporary() const { return temporary_; }
    /// Gives the file its name. Throws Error, and leaves what was there before, if anything could not be written.
    void keep();

private:
    void open_beside();

    std::filesystem::path path_;
    std::filesystem::path temporary_;
    std::fstream stream_;
    bool is_device_ = false;
    bool is_kept_ = false;
};

/// Writes a whole file in one step, as NewFile does.
void write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace syncopate
