#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

struct RasterPictureOptions {
    std::optional<std::int64_t> sample = {};  // index in the data set; none: the first of the file
    std::vector<std::string> layers = {};     // names; none: all
};

/// Draws one sample of a raster file: a block for each layer, ticks to the right, neurons downwards (row-major C·H·W).
/// A layer with more neurons than rows, or more ticks than columns, is drawn as densities, which its label says.
/// The ending of `picture` chooses PNG or SVG. Memory does not grow with neurons or ticks beyond what reading needs.
/// Throws Error if the raster is not valid, lacks the sample or a layer, or has counts instead of times.
void draw_raster(const std::filesystem::path& raster, const std::filesystem::path& picture,
                 const RasterPictureOptions& options = {});

}  // namespace syncopate
