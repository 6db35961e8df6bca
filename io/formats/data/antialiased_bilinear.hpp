#pragma once

#include "core/shape.hpp"
#include "topology/linear_stage.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace syncopate {

/// Bilinear interpolation whose triangle is as wide as the picture is made smaller, so that no pixel is left out: what
/// Pillow does, and torchvision's Resize with it. First rows, then columns.
class AntialiasedBilinear {
public:
    /// `rounds`: after each of the two passes to 8 bits, in Pillow's fixed point, so that 8-bit pictures become its
    /// pixels (Pillow 13 takes columns first for some sizes, which moves single pixels by 1); else double precision.
    /// Requires: extents ≥ 1.
    AntialiasedBilinear(const Shape& input, const Extent& output, bool rounds);

    /// Requires: sizes match. May be called by several threads at once.
    void operator()(std::span<const double> input, std::span<double> output) const;

private:
    /// The weights of one output position, for the input positions from `first` on.
    struct Place {
        std::size_t first = 0;
        std::vector<double> weights;
    };
    std::vector<Place> places(std::int32_t input, std::int32_t output) const;
    double finished(double sum) const;

    Shape input_;
    Extent output_;
    bool rounds_;
    std::vector<Place> rows_;  // none: the height stays
    std::vector<Place> columns_;
};

}  // namespace syncopate
