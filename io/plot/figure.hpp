#pragma once

#include "io/plot/drawing.hpp"

#include <functional>
#include <string>

namespace syncopate {

/// What can be drawn on a sheet of any format: its size, and how. `draw` keeps what it needs, so that a figure may
/// outlive what it was made of.
struct Figure {
    std::string description = {};  // for a reader who does not see it
    double width = 0.0;
    double height = 0.0;
    std::function<void(Drawing&)> draw = {};

    /// As one <svg> element.
    std::string svg() const;
};

/// Width of every figure: what 18 cm of paper hold with letters of 7 points.
inline constexpr double figure_width = 800.0;

}  // namespace syncopate
