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
    std::string csv = {};  // what it shows, as a table; empty: no table

    /// As one <svg> element.
    std::string svg() const;
};

/// Width of every figure of a report: what 18 cm of paper hold with letters of 7 points, and a window of 700 pixels
/// with letters of 9 and more.
inline constexpr double figure_width = 680.0;
/// Of a picture that stands alone.
inline constexpr double sheet_width = 800.0;

}  // namespace syncopate
