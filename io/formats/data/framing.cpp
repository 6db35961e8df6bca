#include "io/formats/data/framing.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "io/formats/data/antialiased_bilinear.hpp"
#include "io/formats/data/bilinear.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace syncopate {

namespace {

constexpr std::int64_t largest_side = 1 << 14;

std::string size_text(std::int64_t height, std::int64_t width) {
    return std::to_string(height) + "x" + std::to_string(width);
}

Shape resized_shape(const Shape& picture, const Framing& framing, const std::string& where) {
    std::int64_t height = picture.height, width = picture.width;
    if (framing.resize) {
        height = framing.resize->height;
        width = framing.resize->width;
    }
    if (framing.shorter_side) {
        const std::int64_t side = *framing.shorter_side, shorter = std::min(height, width);
        const std::int64_t longer = side * std::max(height, width) / shorter;
        const bool is_upright = height > width;
        height = is_upright ? longer : side;
        width = is_upright ? side : longer;
    }
    if (height < 1 || width < 1 || height > largest_side || width > largest_side)
        throw Error(where + "resizes to " + size_text(height, width) + ": both must be between 1 and " +
                    std::to_string(largest_side));
    return {picture.channels, static_cast<std::int32_t>(height), static_cast<std::int32_t>(width)};
}

/// Where a crop begins.
std::size_t offset_of(std::int32_t side, std::int32_t crop) {
    return static_cast<std::size_t>(std::nearbyint((side - crop) / 2.0));
}

}  // namespace

Framing framing_of(const Preprocessing& preprocessing) {
    return {preprocessing.resize, preprocessing.shorter_side, preprocessing.center_crop};
}

Shape framed_shape(const Shape& picture, const Framing& framing, const std::string& where) {
    Shape shape = resized_shape(picture, framing, where);
    if (!framing.center_crop) return shape;
    const Extent& crop = *framing.center_crop;
    if (crop.height < 1 || crop.width < 1 || crop.height > shape.height || crop.width > shape.width)
        throw Error(where + "cuts " + size_text(crop.height, crop.width) + " from the middle of " +
                    size_text(shape.height, shape.width) +
                    ", which is smaller: convert the network with a larger "
                    "--resize, or a smaller --center-crop");
    shape.height = crop.height;
    shape.width = crop.width;
    return shape;
}

void frame(std::span<const double> picture, const Shape& shape, const Framing& framing, bool rounds,
           std::span<double> framed) {
    const Shape resized = resized_shape(shape, framing, "");
    std::vector<double> values(picture.begin(), picture.end());
    if (resized != shape) {
        values.resize(to_size(resized.size()));
        const Extent extent{resized.height, resized.width};
        if (framing.shorter_side)
            AntialiasedBilinear(shape, extent, rounds)(picture, values);
        else
            Bilinear(shape, extent)(picture, values);
    }
    const Shape cut = framed_shape(shape, framing, "");
    SYNCOPATE_ASSERT(std::ssize(framed) == cut.size());
    const std::size_t top = offset_of(resized.height, cut.height), left = offset_of(resized.width, cut.width);
    const auto height = to_size(cut.height), width = to_size(cut.width);
    const auto from_height = to_size(resized.height), from_width = to_size(resized.width);
    for (std::size_t c = 0; c < to_size(cut.channels); ++c) {
        for (std::size_t y = 0; y < height; ++y) {
            const auto row = std::span(values).subspan((c * from_height + top + y) * from_width + left, width);
            std::ranges::copy(row, framed.begin() + static_cast<std::ptrdiff_t>((c * height + y) * width));
        }
    }
}

}  // namespace syncopate
