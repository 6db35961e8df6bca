#pragma once

#include "io/report/series_style.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace syncopate::report {

struct Pen {
    Colour colour = palette::ink;
    double width = 1.0;
    std::string_view dash = {};
};

struct Lettering {
    enum class Anchor : std::uint8_t { start, middle, end };
    double size = 11.0;
    Colour colour = palette::ink;
    Anchor anchor = Anchor::start;
    bool is_bold = false;
    double turn = 0.0;  // degrees, clockwise, about the anchor
};

/// A drawing that becomes the text of one <svg> element, which is also complete as a file of its own. Lengths are
/// pixels; y grows downwards. Texts are escaped here.
class Svg {
public:
    /// `description` is what a reader who does not see the drawing is told.
    Svg(double width, double height, std::string_view description);

    void line(Point from, Point to, const Pen& pen);
    void polyline(std::span<const Point> points, const Pen& pen);
    void polygon(std::span<const Point> points, const Colour& colour, double opacity);
    void rectangle(const Box& box, const Colour& colour);
    void outline(const Box& box, const Pen& pen);
    /// Vertical strokes from each point down, as one element.
    void strokes(std::span<const Point> tops, double length, const Pen& pen);
    void marker(Point centre, const SeriesStyle& style, double radius = 3.2);
    void text(Point at, std::string_view text, const Lettering& lettering = {});

    /// What is drawn between the two shows this text when the pointer rests on it.
    void begin_titled(std::string_view title);
    void end_titled();

    double width() const { return width_; }
    double height() const { return height_; }
    std::string finish() const;

private:
    void open(std::string_view element);
    void open_rectangle(const Box& box);
    void attribute(std::string_view name, double value);
    void attribute(std::string_view name, std::string_view value);
    void stroke(const Pen& pen);
    void points(std::span<const Point> points);

    double width_ = 0.0;
    double height_ = 0.0;
    std::string text_;
};

/// "#0072b2".
std::string hexadecimal(const Colour& colour);

/// The colour mixed with white: 0 is white, 1 the colour itself.
Colour tinted(const Colour& colour, double strength);

}  // namespace syncopate::report
