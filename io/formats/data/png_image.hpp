#pragma once

#include "io/formats/data/picture.hpp"

#include <cstdint>
#include <filesystem>

namespace syncopate {

/// Throws Error naming the file if it is no PNG or larger than `largest_picture_side`.
PictureHeader read_png_header(const std::filesystem::path& path);

/// A PNG with `channels` channels: 1 for grey, 3 for RGB, as stored (no gamma correction). Palettes are looked up, 1-,
/// 2- and 4-bit grey is spread to 0 … 255, 16-bit values are rounded to 8 bits, transparency is left out, grey is
/// repeated where 3 channels are wanted. Throws Error naming the file if it is damaged, or in colour where 1 channel is
/// wanted.
Picture read_png(const std::filesystem::path& path, std::int32_t channels);

}  // namespace syncopate
