#include "io/files/new_file.hpp"

#include "core/error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <list>
#include <string>
#include <system_error>
#include <utility>

namespace syncopate {

namespace {

constexpr int most_attempts = 1000;

std::string reason(int error) { return std::generic_category().message(error); }

/// True when the bytes of the file have reached the disk, or the file system cannot say.
bool synchronise(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool done = ::fsync(descriptor) == 0 || errno == EINVAL || errno == ENOSYS;
    ::close(descriptor);
    return done;
}

}  // namespace

bool is_device(const std::filesystem::path& path) {
    std::error_code ignored;
    const auto status = std::filesystem::status(path, ignored);
    return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
           !std::filesystem::is_directory(status);
}

NewFile::NewFile(std::filesystem::path path) : path_(std::move(path)) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path_, ignored))
        throw Error(path_.string() + ": is a folder, give the name of a file");
    is_device_ = is_device(path_);
    if (is_device_) {
        temporary_ = path_;
        stream_.open(path_, std::ios::out | std::ios::binary);
        if (!stream_) throw Error(path_.string() + ": cannot be written: " + reason(errno));
        return;
    }
    if (std::filesystem::is_symlink(path_, ignored)) path_ = std::filesystem::weakly_canonical(path_);
    open_beside();
}

void NewFile::open_beside() {
    // The name is taken with O_EXCL, so two programs that write the same file never share a temporary one.
    int descriptor = -1;
    for (int attempt = 0; descriptor < 0 && attempt < most_attempts; ++attempt) {
        temporary_ = path_;
        temporary_ += ".part" + std::to_string(::getpid()) + "-" + std::to_string(attempt);
        descriptor = ::open(temporary_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666);
        if (descriptor < 0 && errno != EEXIST) break;
    }
    if (descriptor < 0) {
        const int error = errno;
        const std::string remedy = error == ENOENT ? ": make its folder first" : "";
        throw Error(path_.string() + ": cannot be written: " + reason(error) + remedy);
    }
    listed_.enter(temporary_);
    ::close(descriptor);
    stream_.open(temporary_, std::ios::in | std::ios::out | std::ios::binary | std::ios::trunc);
    if (stream_) return;
    std::error_code ignored;
    std::filesystem::remove(temporary_, ignored);
    throw Error(path_.string() + ": cannot be written");
}

NewFile::~NewFile() {
    if (is_kept_ || is_device_) return;
    stream_.close();
    std::error_code ignored;
    std::filesystem::remove(temporary_, ignored);
}

void NewFile::complete() {
    if (is_complete_) return;
    stream_.flush();
    bool is_written = stream_.good();
    stream_.close();
    is_written = is_written && stream_.good();
    if (!is_written || (!is_device_ && !synchronise(temporary_)))
        throw Error(path_.string() + ": could not be written completely: is the disk full?");
    is_complete_ = true;
}

void NewFile::keep() {
    complete();
    if (is_device_) return;
    std::error_code error;
    std::filesystem::rename(temporary_, path_, error);
    if (error) throw Error(path_.string() + ": cannot be replaced: " + error.message());
    is_kept_ = true;
    listed_.leave();
}

void write_file(const std::filesystem::path& path, std::string_view bytes) {
    const FileBytes file = {path, bytes};
    write_files(std::span(&file, 1));
}

void write_files(std::span<const FileBytes> files) {
    std::list<NewFile> written;
    for (const FileBytes& file : files) {
        std::ostream& stream = written.emplace_back(file.path).stream();
        stream.write(file.bytes.data(), static_cast<std::streamsize>(file.bytes.size()));
    }
    for (NewFile& file : written) file.complete();
    for (NewFile& file : written) file.keep();
}

void require_writable(const std::filesystem::path& path) {
    if (!is_device(path)) {
        const NewFile attempt(path);
        return;
    }
    // Opening a pipe would wait for its reader, and closing it would send the reader away.
    if (::access(path.c_str(), W_OK) != 0) throw Error(path.string() + ": cannot be written: " + reason(errno));
}

}  // namespace syncopate
