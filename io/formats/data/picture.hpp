#pragma once

#include "core/shape.hpp"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace syncopate {

/// Largest height and width of a picture that is read.
inline constexpr std::int32_t largest_picture_side = 8192;

/// What the header of a picture says.
struct PictureHeader {
    std::int32_t height = 0;
    std::int32_t width = 0;
    bool is_colour = false;  // RGB or palette
};

/// An 8-bit picture.
struct Picture {
    Shape shape;                       // 1 or 3 channels
    std::vector<std::uint8_t> pixels;  // C·H·W
};

/// Whether a file's name is one of a PNG or JPEG: .png, .jpg, .jpeg, in any case.
bool has_picture_name(const std::filesystem::path& path);

/// The header of a PNG or JPEG, whichever its content is. Throws Error naming the file if it is neither, damaged, or
/// larger than `largest_picture_side`.
PictureHeader read_picture_header(const std::filesystem::path& path);

/// The picture with `channels` channels: 1 for grey, 3 for RGB (read_png, read_jpeg).
Picture read_picture(const std::filesystem::path& path, std::int32_t channels);

/// "PNG" or "JPEG".
const char* picture_format(const std::filesystem::path& path);

}  // namespace syncopate
