#pragma once

#include "io/plot/colour.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace syncopate {

/// Lengths of up to four parts of a line, by turns drawn and left out; the rest is 0, and a solid line has none.
using Dash = std::array<double, 4>;

/// Shapes of points, so that lines are told apart without colour.
enum class Marker : std::uint8_t { circle, square, triangle, diamond, nabla, plus, cross, ring };

/// How one line looks in a figure.
struct SeriesStyle {
    Colour colour = palette::ink;
    Dash dash = {};
    Marker marker = Marker::circle;
};

/// The baseline: black, solid, circles.
SeriesStyle baseline_style();

/// A line that is no run of the network, such as the ANN's accuracy.
SeriesStyle reference_style();

/// The n-th line besides these. Any 40 differ in colour, dash or marker, neighbours in all three.
SeriesStyle series_style(std::size_t n);

}  // namespace syncopate
