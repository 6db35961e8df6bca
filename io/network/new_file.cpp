#include "io/network/new_file.hpp"

#include "core/error.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace syncopate {

NewFile::NewFile(std::filesystem::path path) : path_(std::move(path)) {
    std::string name = path_.string() + ".XXXXXX";
    const int descriptor = ::mkstemp(name.data());
    if (descriptor < 0) throw Error(path_.string() + ": cannot be written: " + std::strerror(errno));
    ::close(descriptor);
    temporary_ = name;
    stream_.open(temporary_, std::ios::in | std::ios::out | std::ios::binary | std::ios::trunc);
    if (!stream_) throw Error(path_.string() + ": cannot be written");
}

NewFile::~NewFile() {
    if (is_kept_) return;
    stream_.close();
    std::error_code ignored;
    std::filesystem::remove(temporary_, ignored);
}

void NewFile::keep() {
    stream_.close();
    if (stream_.fail()) throw Error(path_.string() + ": could not be written completely; is the disk full?");
    std::error_code error;
    using std::filesystem::perms;
    std::filesystem::permissions(
        temporary_, perms::owner_read | perms::owner_write | perms::group_read | perms::others_read, error);
    std::filesystem::rename(temporary_, path_, error);
    if (error) throw Error(path_.string() + ": cannot be written: " + error.message());
    is_kept_ = true;
}

}  // namespace syncopate
