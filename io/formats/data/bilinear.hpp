#pragma once

#include "core/shape.hpp"
#include "topology/linear_stage.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace syncopate {

/// Bilinear interpolation of C×H×W samples to another height and width: half-pixel centres, edges repeated, no
/// antialiasing; torch.nn.functional.interpolate(mode="bilinear", align_corners=False) in double precision.
class Bilinear {
public:
    /// Requires: extents ≥ 1.
    Bilinear(const Shape& input, const Extent& output);

    Shape input() const { return input_; }
    Shape output() const { return output_; }
    /// Requires: sizes match input() and output(). May be called by several threads at once.
    void operator()(std::span<const double> input, std::span<double> output) const;

private:
    /// Between which two positions of an axis an output position lies, and how near to the second.
    struct Place {
        std::size_t first = 0;
        std::size_t second = 0;
        double weight = 0.0;
    };
    static std::vector<Place> places(std::int32_t input, std::int32_t output);

    Shape input_;
    Shape output_;
    std::vector<Place> rows_;
    std::vector<Place> columns_;
};

}  // namespace syncopate
