#pragma once

#include "core/shape.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace syncopate {

/// What a network's preprocessing does with the size of a picture, before anything else: a resize to a height and
/// width, or of the shorter side; then a crop from the middle.
struct Framing {
    std::optional<Extent> resize = {};
    std::optional<std::int32_t> shorter_side = {};
    std::optional<Extent> center_crop = {};

    bool is_needed() const { return resize || shorter_side || center_crop; }
};

Framing framing_of(const Preprocessing& preprocessing);

/// The shape that a picture gets. The longer side becomes ⌊longer · new / shorter⌋, as torchvision has it. Throws
/// Error, which begins with `where`, if a side is then beyond 2¹⁴, or the crop is larger than the picture.
Shape framed_shape(const Shape& picture, const Framing& framing, const std::string& where);

/// The picture in its new shape, the offset of the crop rounded half to even (torchvision). `rounds`: 8-bit pixels stay
/// 8-bit pixels where the shorter side is resized, as Pillow's. Requires: framed_shape(shape, framing, …) is that of
/// `framed`. May be called by several threads at once.
void frame(std::span<const double> picture, const Shape& shape, const Framing& framing, bool rounds,
           std::span<double> framed);

}  // namespace syncopate
