#include "io/data/file_bytes.hpp"

#include "core/error.hpp"

#include <zlib.h>

#include <algorithm>
#include <memory>

namespace syncopate {

namespace {

struct CloseGzip {
    void operator()(gzFile_s* file) const { gzclose(file); }
};

}  // namespace

std::vector<std::uint8_t> read_bytes(const std::filesystem::path& file, std::uint64_t limit) {
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored)) throw Error(file.string() + ": is a folder, a file is expected");
    const std::unique_ptr<gzFile_s, CloseGzip> stream(gzopen(file.c_str(), "rb"));
    if (!stream) throw Error(file.string() + ": cannot be opened; check the path and its permissions");
    gzbuffer(stream.get(), 1 << 18);
    std::vector<std::uint8_t> bytes;
    const std::uint64_t plain_size = std::filesystem::file_size(file, ignored);
    if (!ignored) bytes.reserve(std::min(limit, plain_size));
    constexpr unsigned piece = 1u << 20;
    for (;;) {
        const std::size_t before = bytes.size();
        bytes.resize(before + piece);
        const int got = gzread(stream.get(), bytes.data() + before, piece);
        int code = Z_OK;
        gzerror(stream.get(), &code);
        if (got < 0 || (code != Z_OK && code != Z_STREAM_END))
            throw Error(file.string() + ": cannot be read to its end; the file is damaged or truncated");
        bytes.resize(before + static_cast<std::size_t>(got));
        if (bytes.size() > limit)
            throw Error(file.string() + ": holds more than " + std::to_string(limit) + " bytes, which is the limit");
        if (got == 0) return bytes;
    }
}

std::vector<std::uint8_t> inflate_raw(std::span<const std::uint8_t> packed, std::uint64_t size,
                                      const std::string& where) {
    if (size > largest_data || packed.size() > largest_data)
        throw Error(where + ": claims " + std::to_string(size) + " bytes, more than the limit");
    // Deflate unfolds at most 1032-fold, so a small member cannot ask for much memory.
    if (size > packed.size() * 1040 + 64)
        throw Error(where + ": claims " + std::to_string(size) + " bytes, more than its data can hold");
    std::vector<std::uint8_t> bytes(size + 1);
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw Error(where + ": zlib cannot be started");
    stream.next_in = const_cast<Bytef*>(packed.data());
    stream.next_out = bytes.data();
    std::size_t fed = 0, room = bytes.size();
    int code = Z_OK;
    while (code == Z_OK) {
        stream.avail_in = static_cast<uInt>(std::min<std::size_t>(packed.size() - fed, 1u << 30));
        stream.avail_out = static_cast<uInt>(std::min<std::size_t>(room, 1u << 30));
        const uInt in = stream.avail_in, out = stream.avail_out;
        code = inflate(&stream, Z_NO_FLUSH);
        fed += in - stream.avail_in;
        room -= out - stream.avail_out;
        if (in == stream.avail_in && out == stream.avail_out) break;
    }
    inflateEnd(&stream);
    if (code != Z_STREAM_END || room != 1) throw Error(where + ": the compressed data are damaged");
    bytes.resize(size);
    return bytes;
}

std::uint32_t crc32_of(std::span<const std::uint8_t> bytes) {
    return static_cast<std::uint32_t>(crc32_z(crc32_z(0, nullptr, 0), bytes.data(), bytes.size()));
}

}  // namespace syncopate
