#pragma once

#include "io/formats/data/picture.hpp"

#include <cstdint>
#include <filesystem>

namespace syncopate {

/// Throws Error naming the file if it is no JPEG, larger than `largest_picture_side`, or CMYK.
PictureHeader read_jpeg_header(const std::filesystem::path& path);

/// A JPEG with `channels` channels: 1 for grey, 3 for RGB; grey is repeated where 3 channels are wanted. An orientation
/// that EXIF states is not applied (nor does torchvision). Throws Error naming the file if it is damaged or truncated,
/// or in colour where 1 channel is wanted.
Picture read_jpeg(const std::filesystem::path& path, std::int32_t channels);

}  // namespace syncopate
