#pragma once

#include "io/plot/figure.hpp"
#include "io/plot/picture_selection.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

struct RasterFigureOptions {
    std::optional<std::int64_t> sample = {};  // index in the data set; none: the first of the file
    std::vector<std::string> layers = {};     // names; none: all
    PictureSelection selection = {};
    double width = sheet_width;
    std::optional<double> height = {};  // none: what the layers need
};

/// A figure of one sample of a raster file: a block for each layer, ticks to the right, neurons downwards (row-major
/// C·H·W). A layer with more neurons than rows, or more ticks than columns, is drawn as densities, which its label
/// says. Letters have the same size on a sheet of any size. Memory does not grow with neurons or ticks beyond what
/// reading needs. Throws Error if the raster is not valid, lacks the sample, a layer, or all of the chosen neurons or
/// ticks of one, or has counts instead of times.
Figure raster_figure(const std::filesystem::path& raster, const RasterFigureOptions& options = {});

}  // namespace syncopate
