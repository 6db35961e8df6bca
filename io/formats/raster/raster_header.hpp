#pragma once

#include "core/shape.hpp"
#include "core/tick.hpp"
#include "io/formats/raster/run_header.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace syncopate {

class JsonCursor;

/// A recorded population.
struct RasterLayer {
    std::string name;
    Shape shape;
    std::vector<double> v_threshold = {};  // none, one value or one for each channel
    std::int32_t offset = 0;               // global tick at which the layer's window begins
};

/// What a raster file (`syncopate-raster/1`, see io/schemas) says of all its samples.
struct RasterHeader {
    RunHeader run = {};
    std::optional<TickRange> ticks = {};  // the part of each window that was recorded; none: all of it
    bool truncated = false;               // samples are missing because the file reached its size limit
    std::vector<RasterLayer> layers = {};

    TickRange recorded() const { return ticks.value_or(TickRange{0, run.T}); }
};

/// Which sample of the data set it was and what came out.
struct RasterSampleInfo {
    std::int64_t index = -1;  // position in the data set
    std::optional<std::int32_t> label = {};
    std::optional<std::int32_t> prediction = {};
    friend bool operator==(const RasterSampleInfo&, const RasterSampleInfo&) = default;
};

/// Throws Error, naming `file` and the place, unless the run, ticks and layers make sense and layer names differ.
void validate(const RasterHeader& header, const std::string& file);

/// Position of the layer called `name`; throws Error with the nearest name.
std::size_t find_layer(const RasterHeader& header, std::string_view name, const std::string& file);

/// The members of the header as JSON text, from `{` on, without the closing bracket. `"truncated": false` is among
/// them.
std::string header_text(const RasterHeader& header);

/// Reads what header_text wrote, from an object that holds no other members.
RasterHeader read_raster_header(const JsonCursor& root);

}  // namespace syncopate
