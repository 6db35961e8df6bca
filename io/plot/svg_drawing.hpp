#pragma once

#include "io/plot/drawing.hpp"

namespace syncopate {

/// A drawing that becomes the text of one <svg> element, which is also complete as a file of its own. Letters are text,
/// which can be searched and edited; texts are escaped here.
class SvgDrawing : public Drawing {
public:
    /// `description` is what a reader who does not see the drawing is told.
    SvgDrawing(double width, double height, std::string_view description);

    void line(Point from, Point to, const Pen& pen) override;
    void polyline(std::span<const Point> points, const Pen& pen) override;
    void polygon(std::span<const Point> points, const Colour& colour, double opacity) override;
    void rectangle(const Box& box, const Colour& colour) override;
    void outline(const Box& box, const Pen& pen) override;
    void disc(Point centre, double radius, const Colour& colour) override;
    void ring(Point centre, double radius, const Pen& pen) override;
    void strokes(std::span<const Point> tops, double length, const Pen& pen) override;
    void cells(const Box& box, const Cells& cells) override;
    void text(Point at, std::string_view text, const Lettering& lettering = {}) override;
    void begin_titled(std::string_view title) override;
    void end_titled() override;
    std::string finish() override;

private:
    void open(std::string_view element);
    void open_box(std::string_view element, const Box& box);
    void open_circle(Point centre, double radius);
    void attribute(std::string_view name, double value);
    void attribute(std::string_view name, std::string_view value);
    void stroke(const Pen& pen);
    void points(std::span<const Point> points);

    std::string text_;
};

}  // namespace syncopate
