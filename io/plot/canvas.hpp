#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace syncopate {

/// Lengths are points; y grows downwards from the top.
struct Point {
    double x = 0.0;
    double y = 0.0;
};

struct Box {
    double x = 0.0;  // left
    double y = 0.0;  // top
    double width = 0.0;
    double height = 0.0;
};

/// Red, green and blue from 0 to 1.
struct Colour {
    double red = 0.0;
    double green = 0.0;
    double blue = 0.0;
};

/// Colours that people with any colour vision tell apart (Okabe and Ito), and greys.
namespace palette {
inline constexpr Colour black = {0.0, 0.0, 0.0};
inline constexpr Colour ink = {0.13, 0.13, 0.13};
inline constexpr Colour grey = {0.42, 0.42, 0.42};
inline constexpr Colour rule = {0.80, 0.80, 0.80};
inline constexpr Colour white = {1.0, 1.0, 1.0};
inline constexpr Colour blue = {0.0, 0.447, 0.698};
inline constexpr Colour vermilion = {0.835, 0.369, 0.0};
inline constexpr Colour sky = {0.337, 0.706, 0.914};
}  // namespace palette

struct Stroke {
    Colour colour = palette::ink;
    double width = 0.7;
    bool is_dashed = false;
};

struct TextStyle {
    enum class Align : std::uint8_t { left, centre, right };
    double size = 9.0;
    Colour colour = palette::ink;
    Align align = Align::left;
    bool is_bold = false;
};

/// A white sheet to draw on, which becomes a PNG (two pixels a point) or an SVG file.
class Canvas {
public:
    /// The ending of `path` chooses: .png or .svg. Throws UsageError for another one, Error if the sheet is too large.
    Canvas(const std::filesystem::path& path, double width, double height);
    ~Canvas();

    /// What the constructor says of the ending, for those who want to know before long work.
    static void check_name(const std::filesystem::path& path);

    void line(Point from, Point to, const Stroke& stroke = {});
    void path(std::span<const Point> points, const Stroke& stroke = {});
    void rectangle(const Box& box, const Colour& colour);
    /// `rows` × (values.size() / rows) cells that fill the box: 0 is white, 1 is `colour`.
    void cells(const Box& box, std::size_t rows, std::span<const double> values, const Colour& colour);
    /// The baseline goes through `at`; the alignment says which end of the text is there.
    void text(Point at, const std::string& text, const TextStyle& style = {});
    double text_width(const std::string& text, const TextStyle& style = {});
    /// The text, cut with an ellipsis if it is wider than `width`.
    std::string fitted(const std::string& text, double width, const TextStyle& style = {});

    /// Writes the file, which appears when it is complete. Throws Error naming it if that fails.
    void finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace syncopate
