#pragma once

#include "io/plot/drawing.hpp"

#include <cstdint>
#include <memory>

namespace syncopate {

/// A drawing that becomes a PNG file, with two pixels a point, or one page of PDF, whose letters are text.
class CairoDrawing : public Drawing {
public:
    enum class Format : std::uint8_t { png, pdf };

    /// Throws Error if the library cannot make a sheet of that size.
    CairoDrawing(Format format, double width, double height, const std::string& description);
    ~CairoDrawing() override;

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
    void begin_titled(std::string_view) override {}
    void end_titled() override {}
    std::string finish() override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace syncopate
