#include "io/plot/drawing.hpp"

#include <array>

namespace syncopate {

namespace {

/// Corners of the markers that are polygons, for radius 1.
std::span<const Point> marker_corners(Marker marker) {
    static constexpr std::array<Point, 4> square = {{{-0.9, -0.9}, {0.9, -0.9}, {0.9, 0.9}, {-0.9, 0.9}}};
    static constexpr std::array<Point, 3> triangle = {{{0.0, -1.2}, {1.15, 0.85}, {-1.15, 0.85}}};
    static constexpr std::array<Point, 4> diamond = {{{0.0, -1.3}, {1.3, 0.0}, {0.0, 1.3}, {-1.3, 0.0}}};
    static constexpr std::array<Point, 3> nabla = {{{0.0, 1.2}, {1.15, -0.85}, {-1.15, -0.85}}};
    switch (marker) {
        case Marker::square:
            return square;
        case Marker::triangle:
            return triangle;
        case Marker::diamond:
            return diamond;
        case Marker::nabla:
            return nabla;
        case Marker::circle:
        case Marker::plus:
        case Marker::cross:
        case Marker::ring:
            break;
    }
    return {};
}

}  // namespace

void Drawing::marker(Point centre, const SeriesStyle& style, double radius) {
    const Pen pen = {.colour = style.colour, .width = 1.5};
    const double r = radius;
    switch (style.marker) {
        case Marker::circle:
            return disc(centre, radius, style.colour);
        case Marker::ring:
            return ring(centre, radius, pen);
        case Marker::plus:
            line({centre.x - 1.2 * r, centre.y}, {centre.x + 1.2 * r, centre.y}, pen);
            return line({centre.x, centre.y - 1.2 * r}, {centre.x, centre.y + 1.2 * r}, pen);
        case Marker::cross:
            line({centre.x - r, centre.y - r}, {centre.x + r, centre.y + r}, pen);
            return line({centre.x - r, centre.y + r}, {centre.x + r, centre.y - r}, pen);
        case Marker::square:
        case Marker::triangle:
        case Marker::diamond:
        case Marker::nabla:
            break;
    }
    std::array<Point, 4> corners;
    const auto shape = marker_corners(style.marker);
    for (std::size_t n = 0; n < shape.size(); ++n)
        corners.at(n) = {centre.x + r * shape[n].x, centre.y + r * shape[n].y};
    polygon({corners.data(), shape.size()}, style.colour, 1.0);
}

}  // namespace syncopate
