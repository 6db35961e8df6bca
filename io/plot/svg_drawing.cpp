#include "io/plot/svg_drawing.hpp"

#include "core/index.hpp"
#include "io/plot/cells_png.hpp"
#include "io/plot/escape.hpp"
#include "io/plot/number_label.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace syncopate {

namespace {

std::string base64(std::string_view bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // OpenSSL ends it with a zero byte
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(to_size(length));
    return text;
}

}  // namespace

SvgDrawing::SvgDrawing(double width, double height, std::string_view description) {
    const double whole_height = std::ceil(height);
    text_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"";
    attribute("viewBox", "0 0 " + coordinate(width) + " " + coordinate(whole_height));
    attribute("width", width);
    attribute("height", whole_height);
    attribute("font-family", "Helvetica, Arial, sans-serif");
    attribute("aria-label", description);
    text_ += ">\n";
    rectangle({0.0, 0.0, width, whole_height}, palette::white);
}

void SvgDrawing::open(std::string_view element) { text_ += "<" + std::string(element); }

void SvgDrawing::attribute(std::string_view name, double value) { attribute(name, coordinate(value)); }

void SvgDrawing::attribute(std::string_view name, std::string_view value) {
    text_ += " " + std::string(name) + "=\"" + escaped(value) + "\"";
}

void SvgDrawing::stroke(const Pen& pen) {
    attribute("stroke", hexadecimal(pen.colour));
    attribute("stroke-width", pen.width);
    std::string dashes;
    for (const double length : pen.dash)
        if (length > 0.0) dashes += (dashes.empty() ? "" : " ") + coordinate(length);
    if (!dashes.empty()) attribute("stroke-dasharray", dashes);
}

void SvgDrawing::points(std::span<const Point> points) {
    std::string list;
    for (const Point& point : points)
        list += (list.empty() ? "" : " ") + coordinate(point.x) + "," + coordinate(point.y);
    attribute("points", list);
}

void SvgDrawing::line(Point from, Point to, const Pen& pen) {
    open("line");
    attribute("x1", from.x);
    attribute("y1", from.y);
    attribute("x2", to.x);
    attribute("y2", to.y);
    stroke(pen);
    text_ += "/>\n";
}

void SvgDrawing::polyline(std::span<const Point> points, const Pen& pen) {
    open("polyline");
    this->points(points);
    attribute("fill", "none");
    stroke(pen);
    attribute("stroke-linejoin", "round");
    text_ += "/>\n";
}

void SvgDrawing::polygon(std::span<const Point> points, const Colour& colour, double opacity) {
    open("polygon");
    this->points(points);
    attribute("fill", hexadecimal(colour));
    if (opacity < 1.0) attribute("fill-opacity", opacity);
    text_ += "/>\n";
}

void SvgDrawing::open_box(std::string_view element, const Box& box) {
    open(element);
    attribute("x", box.x);
    attribute("y", box.y);
    attribute("width", std::max(box.width, 0.0));
    attribute("height", std::max(box.height, 0.0));
}

void SvgDrawing::rectangle(const Box& box, const Colour& colour) {
    open_box("rect", box);
    attribute("fill", hexadecimal(colour));
    attribute("shape-rendering", "crispEdges");
    text_ += "/>\n";
}

void SvgDrawing::outline(const Box& box, const Pen& pen) {
    open_box("rect", box);
    attribute("fill", "none");
    stroke(pen);
    text_ += "/>\n";
}

void SvgDrawing::strokes(std::span<const Point> tops, double length, const Pen& pen) {
    if (tops.empty()) return;
    std::string moves;
    for (const Point& top : tops) moves += "M" + coordinate(top.x) + " " + coordinate(top.y) + "v" + coordinate(length);
    open("path");
    attribute("d", moves);
    attribute("fill", "none");
    stroke(pen);
    text_ += "/>\n";
}

void SvgDrawing::open_circle(Point centre, double radius) {
    open("circle");
    attribute("cx", centre.x);
    attribute("cy", centre.y);
    attribute("r", radius);
}

void SvgDrawing::disc(Point centre, double radius, const Colour& colour) {
    open_circle(centre, radius);
    attribute("fill", hexadecimal(colour));
    text_ += "/>\n";
}

void SvgDrawing::ring(Point centre, double radius, const Pen& pen) {
    open_circle(centre, radius);
    attribute("fill", hexadecimal(palette::white));
    stroke(pen);
    text_ += "/>\n";
}

void SvgDrawing::cells(const Box& box, const Cells& cells) {
    open_box("image", box);
    attribute("preserveAspectRatio", "none");
    attribute("image-rendering", "pixelated");
    attribute("href", "data:image/png;base64," + base64(cells_png(cells, box)));
    text_ += "/>\n";
}

void SvgDrawing::text(Point at, std::string_view text, const Lettering& lettering) {
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

void SvgDrawing::begin_titled(std::string_view title) { text_ += "<g><title>" + escaped(title) + "</title>\n"; }

void SvgDrawing::end_titled() { text_ += "</g>\n"; }

std::string SvgDrawing::finish() { return std::move(text_) + "</svg>\n"; }

}  // namespace syncopate
