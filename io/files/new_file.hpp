#pragma once

#include "io/files/temporary_name.hpp"

#include <filesystem>
#include <fstream>
#include <span>
#include <string_view>

namespace syncopate {

/// A file that takes its name only when it is complete: written beside it, then renamed. Removed if never kept.
/// A device or pipe (/dev/stdout) is written straight away, and a symbolic link keeps its place. A signal that ends the
/// program removes it too, once `remove_temporaries_on_signals` was called.
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
    /// Ends the writing. Throws Error if anything could not be written.
    void complete();
    /// Completes the file and gives it its name. Throws Error, and leaves what was there before, if it cannot.
    void keep();

private:
    void open_beside();

    std::filesystem::path path_;
    std::filesystem::path temporary_;
    TemporaryName listed_;
    std::fstream stream_;
    bool is_device_ = false;
    bool is_complete_ = false;
    bool is_kept_ = false;
};

/// Writes a whole file in one step, as NewFile does.
void write_file(const std::filesystem::path& path, std::string_view bytes);

/// A file to be written, and all that is to stand in it.
struct FileBytes {
    std::filesystem::path path;
    std::string_view bytes;
};

/// Writes files that belong together: none takes its name before all are complete.
void write_files(std::span<const FileBytes> files);

/// Whether this is a device or pipe, which is written, not replaced.
bool is_device(const std::filesystem::path& path);

/// Throws Error as writing this file would if its folder does not exist or cannot be written, or the file is a folder.
/// Leaves nothing behind; asks before a long computation whether its result can be kept.
void require_writable(const std::filesystem::path& path);

}  // namespace syncopate
