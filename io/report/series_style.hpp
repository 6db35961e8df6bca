#pragma once

#include "io/plot/canvas.hpp"

#include <cstdint>
#include <string_view>

namespace syncopate::report {

/// Shapes of points, so that lines are told apart without colour.
enum class Marker : std::uint8_t { circle, square, triangle, diamond, nabla, plus, cross, ring };

/// How one line looks in a figure.
struct SeriesStyle {
    Colour colour = palette::ink;
    std::string_view dash = {};  // as SVG's stroke-dasharray takes it; solid if empty
    Marker marker = Marker::circle;
};

/// More of the colours of Okabe and Ito (see canvas.hpp); their yellow is too pale for lines on white.
inline constexpr Colour green = {0.0, 0.620, 0.451};
inline constexpr Colour purple = {0.800, 0.475, 0.655};
inline constexpr Colour orange = {0.902, 0.624, 0.0};
inline constexpr Colour hairline = {0.90, 0.90, 0.90};

/// The baseline: black, solid, circles.
SeriesStyle baseline_style();

/// A line that is no run of the network, such as the ANN's accuracy.
SeriesStyle reference_style();

/// The n-th line besides these. Any 40 differ in colour, dash or marker, neighbours in all three.
SeriesStyle series_style(std::size_t n);

}  // namespace syncopate::report
