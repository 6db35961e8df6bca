#pragma once

#include "io/plot/geometry.hpp"
#include "io/plot/series_style.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace syncopate {

struct Pen {
    Colour colour = palette::ink;
    double width = 1.0;
    Dash dash = {};
};

struct Lettering {
    enum class Anchor : std::uint8_t { start, middle, end };
    double size = 11.0;
    Colour colour = palette::ink;
    Anchor anchor = Anchor::start;
    bool is_bold = false;
    double turn = 0.0;  // degrees, clockwise, about the anchor
};

/// Grey levels from 0, which is white, to 1, which is black, in rows × (values.size() / rows) cells.
struct Cells {
    std::size_t rows = 1;
    std::span<const double> values = {};
};

/// A white sheet to draw on: what every format has to be able to do. Texts are UTF-8; what is not becomes U+FFFD.
class Drawing {
public:
    Drawing() = default;
    Drawing(const Drawing&) = delete;
    Drawing& operator=(const Drawing&) = delete;
    virtual ~Drawing() = default;

    virtual void line(Point from, Point to, const Pen& pen) = 0;
    virtual void polyline(std::span<const Point> points, const Pen& pen) = 0;
    virtual void polygon(std::span<const Point> points, const Colour& colour, double opacity) = 0;
    virtual void rectangle(const Box& box, const Colour& colour) = 0;
    virtual void outline(const Box& box, const Pen& pen) = 0;
    virtual void disc(Point centre, double radius, const Colour& colour) = 0;
    /// A white disc whose rim the pen draws.
    virtual void ring(Point centre, double radius, const Pen& pen) = 0;
    /// Vertical strokes from each point down, as one element.
    virtual void strokes(std::span<const Point> tops, double length, const Pen& pen) = 0;
    /// Cells of equal size that fill the box. Requires: there is at least one, and rows are of equal length.
    virtual void cells(const Box& box, const Cells& cells) = 0;
    /// The baseline goes through `at`; the anchor says which end of the text is there.
    virtual void text(Point at, std::string_view text, const Lettering& lettering = {}) = 0;
    /// What is drawn between the two shows this text when the pointer rests on it, where the format can.
    virtual void begin_titled(std::string_view title) = 0;
    virtual void end_titled() = 0;

    /// The finished file; nothing can be drawn afterwards.
    virtual std::string finish() = 0;

    void marker(Point centre, const SeriesStyle& style, double radius = 3.2);
};

}  // namespace syncopate
