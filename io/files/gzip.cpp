#include "io/files/gzip.hpp"

#include "core/error.hpp"
#include "core/index.hpp"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <string>
#include <type_traits>

namespace syncopate {

namespace {

struct Close {
    void operator()(gzFile file) const { gzclose_r(file); }
};
using GzipFile = std::unique_ptr<std::remove_pointer_t<gzFile>, Close>;

/// Bytes read, fewer than asked for only at the end.
std::size_t read_piece(gzFile file, std::span<std::byte> piece, const std::string& name) {
    const int count = gzread(file, piece.data(), static_cast<unsigned int>(piece.size()));
    int status = Z_OK;
    const char* message = gzerror(file, &status);
    if (status == Z_BUF_ERROR) throw Error(name + ": the gzip data end too early: the file is truncated, get it again");
    if (count < 0 || (status != Z_OK && status != Z_STREAM_END))
        throw Error(name + ": the gzip data are damaged (" + message + "): get the file again");
    return to_size(count);
}

}  // namespace

bool is_gzip(std::span<const std::byte> start) {
    return start.size() >= 2 && start[0] == std::byte{0x1f} && start[1] == std::byte{0x8b};
}

Unpacked gunzip(const std::filesystem::path& path, std::uint64_t most) {
    constexpr std::size_t piece = std::size_t{1} << 20U;
    const GzipFile file(gzopen(path.c_str(), "rb"));
    if (!file) throw Error(path.string() + ": cannot be read");
    Unpacked unpacked;
    // One byte more than asked for tells whether the end is reached, and makes zlib compare the checksum there.
    while (unpacked.bytes.size() <= most) {
        const std::size_t done = unpacked.bytes.size();
        const auto wanted = to_size(std::min<std::uint64_t>(piece, most - done + 1));
        unpacked.bytes.resize(done + wanted);
        const std::size_t count = read_piece(file.get(), std::span(unpacked.bytes).subspan(done), path.string());
        unpacked.bytes.resize(done + count);
        if (count == wanted) continue;
        unpacked.is_complete = true;
        return unpacked;
    }
    unpacked.bytes.resize(to_size(most));
    return unpacked;
}

}  // namespace syncopate
