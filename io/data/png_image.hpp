#pragma once

#include "core/shape.hpp"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace syncopate {

/// Largest height and width of a PNG that is read.
inline constexpr std::int32_t largest_png_side = 8192;

/// What the header of a PNG says.
struct PngHeader {
    std::int32_t height = 0;
    std::int32_t width = 0;
    bool is_colour = false;  // RGB or palette
};

/// Throws Error naming the file if it is no PNG or larger than `largest_png_side`.
PngHeader read_png_header(const std::filesystem::path& path);

/// An 8-bit picture.
struct PngImage {
    Shape shape;                       // 1 or 3 channels
    std::vector<std::uint8_t> pixels;  // C·H·W
};

/// A PNG with `channels` channels: 1 for grey, 3 for RGB, as stored (no gamma correction). Palettes are looked up, 1-,
/// 2- and 4-bit grey is spread to 0 … 255, 16-bit values are rounded to 8 bits, transparency is left out, grey is
/// repeated where 3 channels are wanted. Throws Error naming the file if it is damaged, or in colour where 1 channel is
/// wanted.
PngImage read_png(const std::filesystem::path& path, std::int32_t channels);

}  // namespace syncopate
