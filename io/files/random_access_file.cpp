#include "io/files/random_access_file.hpp"

#include "core/error.hpp"
#include "core/index.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

namespace syncopate {

RandomAccessFile::RandomAccessFile(std::filesystem::path path, bool is_new) : path_(std::move(path)) {
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC | (is_new ? O_CREAT | O_TRUNC : 0), 0666);
    if (descriptor_ < 0) fail("cannot be opened for writing");
}

RandomAccessFile::~RandomAccessFile() { ::close(descriptor_); }

void RandomAccessFile::fail(const char* what) const {
    throw Error(path_.string() + ": " + what + ": " + std::generic_category().message(errno));
}

std::uint64_t RandomAccessFile::size() const {
    struct stat status = {};
    if (::fstat(descriptor_, &status) != 0) fail("its size cannot be asked");
    return static_cast<std::uint64_t>(status.st_size);
}

void RandomAccessFile::resize(std::uint64_t size) {
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) fail("cannot be made as large as it has to be");
}

void RandomAccessFile::write(std::uint64_t offset, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) fail("could not be written completely");
        bytes = bytes.subspan(to_size(count));
        offset += static_cast<std::uint64_t>(count);
    }
}

void RandomAccessFile::read(std::uint64_t offset, std::span<std::byte> bytes) const {
    while (!bytes.empty()) {
        const ssize_t count = ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail("cannot be read");
        if (count == 0) throw Error(path_.string() + ": ends before byte " + std::to_string(offset + bytes.size()));
        bytes = bytes.subspan(to_size(count));
        offset += static_cast<std::uint64_t>(count);
    }
}

void RandomAccessFile::synchronise() {
    if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != ENOSYS) fail("could not be written completely");
}

void require_space(const std::filesystem::path& path, double bytes, const char* option, const char* remedy) {
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
    const auto space = std::filesystem::space(folder, error);
    if (error || bytes <= static_cast<double>(space.available)) return;  // a disk that cannot be asked may do
    const bool is_small = bytes < 1e9;
    const double unit = is_small ? 1e6 : 1e9;
    char text[160];
    std::snprintf(text, sizeof text, ": takes about %.2f %s while it is written, and %.2f are free there; ",
                  bytes / unit, is_small ? "MB" : "GB", static_cast<double>(space.available) / unit);
    throw UsageError(std::string(option) + " " + path.string() + text + remedy);
}

}  // namespace syncopate
