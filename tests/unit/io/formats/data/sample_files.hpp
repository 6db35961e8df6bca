#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace syncopate {

/// The bytes of an IDX file: type code, dimensions, elements as they are.
std::string idx_bytes(int type, const std::vector<std::uint32_t>& dimensions, const std::string& elements);

/// `count` bytes 0, 1, 2, … 250, 0, ….
std::string counting_bytes(std::size_t count);

/// The bytes packed as gzip does.
std::string gzipped(const std::string& bytes);

/// The bytes of an .npy file with this header text and these data.
std::string npy_bytes(const std::string& header, const std::string& data, int version = 1);

/// A deflated member of a zip archive, and what the archive claims of it.
struct ZipClaim {
    std::string name = "x.npy";
    std::string content = {};
    std::int64_t claimed_size = -1;  // −1: the truth
    bool has_wrong_checksum = false;
    int flags = 0;  // 1: encrypted
};
std::string zip_bytes(const std::vector<ZipClaim>& members);

/// A picture to be written as PNG. `rows`: packed rows one after the other, as colour type and depth want them.
struct PngPicture {
    std::uint32_t width = 1;
    std::uint32_t height = 1;
    int bit_depth = 8;
    int colour_type = 0;  // 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha
    std::string rows = {};
    std::vector<std::uint8_t> palette = {};  // RGB triples
};
void write_png_file(const std::filesystem::path& path, const PngPicture& picture);

}  // namespace syncopate
