#include "io/files/byte_source.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/files/gzip.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace syncopate {

namespace {

[[noreturn]] void fail_at_end(const ByteSource& source, std::uint64_t offset, std::size_t wanted) {
    throw Error(source.name() + ": ends at byte " + std::to_string(source.size()) + ", but " + std::to_string(wanted) +
                " bytes are needed from byte " + std::to_string(offset) + " on: the file is truncated");
}

bool is_inside(const ByteSource& source, std::uint64_t offset, std::size_t length) {
    return offset <= source.size() && length <= source.size() - offset;
}

/// Reads with pread, which keeps no position: threads need no lock, and a file that shrinks meanwhile is an error
/// where a mapped one would be a signal.
class File final : public ByteSource {
public:
    explicit File(const std::filesystem::path& path)
        : ByteSource(path.string()), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
        if (descriptor_ < 0) throw Error(name() + ": cannot be read: " + std::generic_category().message(errno));
        struct stat status = {};
        const bool is_regular = ::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
        if (!is_regular) {
            ::close(descriptor_);
            throw Error(name() + ": is not a regular file");
        }
        size_ = static_cast<std::uint64_t>(status.st_size);
    }
    ~File() override { ::close(descriptor_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    std::uint64_t size() const override { return size_; }

    void read(std::uint64_t offset, std::span<std::byte> bytes) const override {
        if (!is_inside(*this, offset, bytes.size())) fail_at_end(*this, offset, bytes.size());
        std::size_t done = 0;
        while (done < bytes.size()) {
            const auto place = static_cast<off_t>(offset + done);
            const ssize_t count = ::pread(descriptor_, bytes.data() + done, bytes.size() - done, place);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) throw Error(name() + ": cannot be read: " + std::generic_category().message(errno));
            if (count == 0)
                throw Error(name() + ": ends at byte " + std::to_string(place) + ": it shrank while it was read");
            done += to_size(count);
        }
    }

private:
    int descriptor_;
    std::uint64_t size_ = 0;
};

class Memory final : public ByteSource {
public:
    Memory(std::vector<std::byte> bytes, std::string name) : ByteSource(std::move(name)), bytes_(std::move(bytes)) {}

    std::uint64_t size() const override { return bytes_.size(); }

    void read(std::uint64_t offset, std::span<std::byte> bytes) const override {
        if (!is_inside(*this, offset, bytes.size())) fail_at_end(*this, offset, bytes.size());
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), bytes.size(), bytes.begin());
    }

private:
    std::vector<std::byte> bytes_;
};

std::unique_ptr<ByteSource> open_at_most(const std::filesystem::path& path, std::uint64_t most) {
    auto file = open_file(path);
    if (file->size() > most)
        throw Error(file->name() + ": has " + std::to_string(file->size()) + " bytes, at most " + std::to_string(most) +
                    " are read");
    return file;
}

}  // namespace

std::unique_ptr<ByteSource> open_file(const std::filesystem::path& path) { return std::make_unique<File>(path); }

std::unique_ptr<ByteSource> bytes_in_memory(std::vector<std::byte> bytes, std::string name) {
    return std::make_unique<Memory>(std::move(bytes), std::move(name));
}

std::unique_ptr<ByteSource> open_unpacked(const std::filesystem::path& path, std::uint64_t most_unpacked) {
    auto file = open_file(path);
    if (!is_gzip(first_bytes(*file, 2))) return file;
    Unpacked unpacked = gunzip(path, most_unpacked);
    if (!unpacked.is_complete)
        throw Error(file->name() + ": unpacks to more than " + std::to_string(most_unpacked) +
                    " bytes: unpack it first, so that it can be read piece by piece");
    return bytes_in_memory(std::move(unpacked.bytes), file->name());
}

std::vector<std::byte> first_bytes(const ByteSource& source, std::size_t count) {
    std::vector<std::byte> bytes(to_size(std::min<std::uint64_t>(count, source.size())));
    source.read(0, bytes);
    return bytes;
}

std::vector<std::byte> first_unpacked_bytes(const std::filesystem::path& path, std::size_t count) {
    std::vector<std::byte> start = first_bytes(*open_file(path), count);
    return is_gzip(start) ? gunzip(path, count).bytes : start;
}

std::vector<std::byte> read_file(const std::filesystem::path& path, std::uint64_t most) {
    const auto file = open_at_most(path, most);
    std::vector<std::byte> bytes(to_size(file->size()));
    file->read(0, bytes);
    return bytes;
}

std::string read_text_file(const std::filesystem::path& path, std::uint64_t most) {
    const auto file = open_at_most(path, most);
    std::string text(to_size(file->size()), '\0');
    file->read(0, std::as_writable_bytes(std::span(text)));
    return text;
}

}  // namespace syncopate
