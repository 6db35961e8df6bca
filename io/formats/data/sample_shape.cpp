#include "io/formats/data/sample_shape.hpp"

#include "core/error.hpp"
#include "io/formats/data/numeric_array.hpp"

#include <limits>

namespace syncopate {

namespace {

bool is_channel_count(std::int64_t value) { return value == 1 || value == 3 || value == 4; }

/// Channels last is recognised by the network's input, or, without one, by a last dimension that only channels have.
bool has_channels_last(const Shape& shape, const std::optional<Shape>& network_input) {
    const Shape turned{.channels = shape.width, .height = shape.channels, .width = shape.height};
    if (network_input && *network_input == shape) return false;
    if (network_input && *network_input == turned) return true;
    return is_channel_count(shape.width) && !is_channel_count(shape.channels) && shape.height > 4;
}

Shape image_shape(const Shape& shape, const std::optional<Shape>& network_input, const std::string& where) {
    if (has_channels_last(shape, network_input))
        throw Error(where + ": samples of " + std::to_string(shape.channels) + "x" + std::to_string(shape.height) +
                    "x" + std::to_string(shape.width) + " look like H×W×C, wanted is C×H×W: save " +
                    "numpy.ascontiguousarray(x.transpose(0, 3, 1, 2)) instead");
    return shape;
}

}  // namespace

Shape sample_shape(std::span<const std::int64_t> dimensions, const std::optional<Shape>& network_input,
                   const std::string& where) {
    if (dimensions.size() < 2 || dimensions.size() > 4)
        throw Error(where + ": shape " + to_string(dimensions) + " has " + std::to_string(dimensions.size()) +
                    " dimensions, wanted are N×C×H×W, N×H×W or N×features");
    std::int64_t count = 1;
    for (const std::int64_t dimension : dimensions.subspan(1)) {
        if (dimension < 1) throw Error(where + ": shape " + to_string(dimensions) + " has empty samples");
        if (dimension > std::numeric_limits<std::int32_t>::max() / count)
            throw Error(where + ": samples of shape " + to_string(dimensions.subspan(1)) + " have 2^31 values or more");
        count *= dimension;
    }
    const auto extent = [&](std::size_t axis) { return static_cast<std::int32_t>(dimensions[axis]); };
    if (dimensions.size() == 4) return image_shape({extent(1), extent(2), extent(3)}, network_input, where);
    if (dimensions.size() == 2)
        return network_input && network_input->size() == count ? *network_input : Shape{extent(1), 1, 1};
    const Shape signal{extent(1), 1, extent(2)};
    return network_input && *network_input == signal ? signal : Shape{1, extent(1), extent(2)};
}

}  // namespace syncopate
