#include "tests/unit/io/formats/data/sample_files.hpp"

#include <png.h>
#include <zlib.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace syncopate {

namespace {

/// The number in `count` bytes, lowest first.
std::string little(std::uint64_t value, int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xffU);
    return bytes;
}

/// zlib's output for these window bits: 31 gzip, −15 raw deflate.
std::string packed(const std::string& bytes, int window_bits) {
    z_stream stream = {};
    if (deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("deflateInit2");
    std::string input = bytes;
    std::string output(deflateBound(&stream, input.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(output.data());
    stream.avail_out = static_cast<uInt>(output.size());
    const int status = deflate(&stream, Z_FINISH);
    output.resize(stream.total_out);
    deflateEnd(&stream);
    if (status != Z_STREAM_END) throw std::runtime_error("deflate");
    return output;
}

}  // namespace

std::string idx_bytes(int type, const std::vector<std::uint32_t>& dimensions, const std::string& elements) {
    std::string bytes("\0\0", 2);
    bytes += static_cast<char>(type);
    bytes += static_cast<char>(dimensions.size());
    for (const std::uint32_t dimension : dimensions)
        for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((dimension >> shift) & 0xffU);
    return bytes + elements;
}

std::string counting_bytes(std::size_t count) {
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i) bytes += static_cast<char>(i % 251);
    return bytes;
}

std::string gzipped(const std::string& bytes) { return packed(bytes, 31); }

std::string npy_bytes(const std::string& header, const std::string& data, int version) {
    return "\x93NUMPY" + little(static_cast<std::uint64_t>(version), 1) + little(0, 1) +
           little(header.size(), version == 1 ? 2 : 4) + header + data;
}

std::string zip_bytes(const std::vector<ZipClaim>& members) {
    std::string bytes;
    std::string directory;
    for (const auto& member : members) {
        const std::string deflated = packed(member.content, -15);
        const auto* const content = reinterpret_cast<const Bytef*>(member.content.data());
        auto checksum = crc32(0, content, static_cast<uInt>(member.content.size()));
        if (member.has_wrong_checksum) checksum ^= 1U;
        const std::uint64_t size =
            member.claimed_size < 0 ? member.content.size() : static_cast<std::uint64_t>(member.claimed_size);
        const std::string common = little(20, 2) + little(static_cast<std::uint64_t>(member.flags), 2) + little(8, 2) +
                                   little(0x00210000, 4) + little(checksum, 4) + little(deflated.size(), 4) +
                                   little(size, 4) + little(member.name.size(), 2) + little(0, 2);
        directory +=
            "PK\x01\x02" + little(20, 2) + common + std::string(10, '\0') + little(bytes.size(), 4) + member.name;
        bytes += "PK\x03\x04" + common + member.name + deflated;
    }
    return bytes + directory + "PK\x05\x06" + little(0, 4) + little(members.size(), 2) + little(members.size(), 2) +
           little(directory.size(), 4) + little(bytes.size(), 4) + little(0, 2);
}

void write_png_file(const std::filesystem::path& path, const PngPicture& picture) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"), std::fclose);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, file.get());
    png_set_IHDR(png, info, picture.width, picture.height, picture.bit_depth, picture.colour_type, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    std::vector<png_color> palette;
    for (std::size_t i = 0; i + 2 < picture.palette.size(); i += 3)
        palette.push_back({picture.palette[i], picture.palette[i + 1], picture.palette[i + 2]});
    if (!palette.empty()) png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
    std::string rows = picture.rows;
    const std::size_t row = rows.size() / picture.height;
    std::vector<png_bytep> starts;
    for (std::size_t y = 0; y < picture.height; ++y)
        starts.push_back(reinterpret_cast<png_bytep>(rows.data() + y * row));
    png_set_rows(png, info, starts.data());
    png_write_png(png, info, PNG_TRANSFORM_IDENTITY, nullptr);
    png_destroy_write_struct(&png, &info);
}

}  // namespace syncopate
