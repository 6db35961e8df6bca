#include "io/report/svg.hpp"

#include "io/report/escape.hpp"
#include "io/report/number_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace syncopate::report {

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

std::string hexadecimal(const Colour& colour) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "#";
    for (const double part : {colour.red, colour.green, colour.blue}) {
        const auto byte = static_cast<std::size_t>(std::lround(std::clamp(part, 0.0, 1.0) * 255.0));
        text += digits[byte / 16];
        text += digits[byte % 16];
    }
    return text;
}

Colour tinted(const Colour& colour, double strength) {
    const auto mixed = [&](double part) { return 1.0 - strength * (1.0 - part); };
    return {mixed(colour.red), mixed(colour.green), mixed(colour.blue)};
}

Svg::Svg(double width, double height, std::string_view description) : width_(width), height_(std::ceil(height)) {
    text_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"";
    attribute("viewBox", "0 0 " + coordinate(width_) + " " + coordinate(height_));
    attribute("width", width_);
    attribute("height", height_);
    attribute("font-family", "Helvetica, Arial, sans-serif");
    attribute("aria-label", description);
    text_ += ">\n";
    rectangle({0.0, 0.0, width_, height_}, palette::white);
}

void Svg::open(std::string_view element) { text_ += "<" + std::string(element); }

void Svg::attribute(std::string_view name, double value) { attribute(name, coordinate(value)); }

void Svg::attribute(std::string_view name, std::string_view value) {
    text_ += " " + std::string(name) + "=\"" + escaped(value) + "\"";
}

void Svg::stroke(const Pen& pen) {
    attribute("stroke", hexadecimal(pen.colour));
    attribute("stroke-width", pen.width);
    if (!pen.dash.empty()) attribute("stroke-dasharray", pen.dash);
}

void Svg::points(std::span<const Point> points) {
    std::string list;
    for (const Point& point : points)
        list += (list.empty() ? "" : " ") + coordinate(point.x) + "," + coordinate(point.y);
    attribute("points", list);
}

void Svg::line(Point from, Point to, const Pen& pen) {
    open("line");
    attribute("x1", from.x);
    attribute("y1", from.y);
    attribute("x2", to.x);
    attribute("y2", to.y);
    stroke(pen);
    text_ += "/>\n";
}

void Svg::polyline(std::span<const Point> points, const Pen& pen) {
    open("polyline");
    this->points(points);
    attribute("fill", "none");
    stroke(pen);
    attribute("stroke-linejoin", "round");
    text_ += "/>\n";
}

void Svg::polygon(std::span<const Point> points, const Colour& colour, double opacity) {
    open("polygon");
    this->points(points);
    attribute("fill", hexadecimal(colour));
    if (opacity < 1.0) attribute("fill-opacity", opacity);
    text_ += "/>\n";
}

void Svg::open_rectangle(const Box& box) {
    open("rect");
    attribute("x", box.x);
    attribute("y", box.y);
    attribute("width", std::max(box.width, 0.0));
    attribute("height", std::max(box.height, 0.0));
}

void Svg::rectangle(const Box& box, const Colour& colour) {
    open_rectangle(box);
    attribute("fill", hexadecimal(colour));
    attribute("shape-rendering", "crispEdges");
    text_ += "/>\n";
}

void Svg::outline(const Box& box, const Pen& pen) {
    open_rectangle(box);
    attribute("fill", "none");
    stroke(pen);
    text_ += "/>\n";
}

void Svg::strokes(std::span<const Point> tops, double length, const Pen& pen) {
    if (tops.empty()) return;
    std::string moves;
    for (const Point& top : tops) moves += "M" + coordinate(top.x) + " " + coordinate(top.y) + "v" + coordinate(length);
    open("path");
    attribute("d", moves);
    attribute("fill", "none");
    stroke(pen);
    text_ += "/>\n";
}

void Svg::marker(Point centre, const SeriesStyle& style, double radius) {
    const Pen pen = {.colour = style.colour, .width = 1.5};
    const double r = radius;
    if (style.marker == Marker::circle || style.marker == Marker::ring) {
        const bool is_ring = style.marker == Marker::ring;
        open("circle");
        attribute("cx", centre.x);
        attribute("cy", centre.y);
        attribute("r", radius);
        attribute("fill", is_ring ? "#ffffff" : hexadecimal(style.colour));
        if (is_ring) stroke(pen);
        text_ += "/>\n";
    } else if (style.marker == Marker::plus) {
        line({centre.x - 1.2 * r, centre.y}, {centre.x + 1.2 * r, centre.y}, pen);
        line({centre.x, centre.y - 1.2 * r}, {centre.x, centre.y + 1.2 * r}, pen);
    } else if (style.marker == Marker::cross) {
        line({centre.x - r, centre.y - r}, {centre.x + r, centre.y + r}, pen);
        line({centre.x - r, centre.y + r}, {centre.x + r, centre.y - r}, pen);
    } else {
        std::array<Point, 4> corners;
        const auto shape = marker_corners(style.marker);
        for (std::size_t n = 0; n < shape.size(); ++n)
            corners.at(n) = {centre.x + r * shape[n].x, centre.y + r * shape[n].y};
        polygon({corners.data(), shape.size()}, style.colour, 1.0);
    }
}

void Svg::text(Point at, std::string_view text, const Lettering& lettering) {
    open("text");
    attribute("x", at.x);
    attribute("y", at.y);
    attribute("font-size", lettering.size);
    attribute("fill", hexadecimal(lettering.colour));
    if (lettering.anchor == Lettering::Anchor::middle) attribute("text-anchor", "middle");
    if (lettering.anchor == Lettering::Anchor::end) attribute("text-anchor", "end");
    if (lettering.is_bold) attribute("font-weight", "bold");
    if (lettering.turn != 0.0)
        attribute("transform",
                  "rotate(" + coordinate(lettering.turn) + " " + coordinate(at.x) + " " + coordinate(at.y) + ")");
    text_ += ">" + escaped(text) + "</text>\n";
}

void Svg::begin_titled(std::string_view title) { text_ += "<g><title>" + escaped(title) + "</title>\n"; }

void Svg::end_titled() { text_ += "</g>\n"; }

std::string Svg::finish() const { return text_ + "</svg>\n"; }

}  // namespace syncopate::report
