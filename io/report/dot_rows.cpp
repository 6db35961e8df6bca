#include "io/report/dot_rows.hpp"

#include "io/report/escape.hpp"
#include "io/report/panel.hpp"
#include "io/report/plot_grid.hpp"

#include <algorithm>
#include <cmath>

namespace syncopate::report {

namespace {

constexpr double letter_size = 10.5;
constexpr double row_height = 17.0;
constexpr double gap = 18.0;

double row_centre(const Box& frame, std::size_t row) { return frame.y + row_height * (static_cast<double>(row) + 0.5); }

void draw_dot(Svg& svg, const Panel& panel, double y, const Dot& dot) {
    svg.begin_titled(dot.title);
    if (dot.interval) {
        const Pen pen = {dot.style.colour, 1.3, ""};
        svg.line({panel.x(dot.interval->low), y}, {panel.x(dot.interval->high), y}, pen);
        for (const double end : {dot.interval->low, dot.interval->high})
            svg.line({panel.x(end), y - 3.0}, {panel.x(end), y + 3.0}, pen);
    }
    svg.marker({panel.x(dot.value), y}, dot.style, 3.8);
    svg.end_titled();
}

void draw_column(Svg& svg, const Box& frame, const DotColumn& column) {
    const Axis y;
    Panel panel(svg, frame, column.x, y);
    for (std::size_t row = 0; row < column.dots.size(); ++row)
        svg.line({frame.x, row_centre(frame, row)}, {frame.x + frame.width, row_centre(frame, row)},
                 {.colour = hairline});
    for (const VerticalLine& line : column.lines)
        svg.line({panel.x(line.value), frame.y}, {panel.x(line.value), frame.y + frame.height},
                 {line.style.colour, 1.2, line.style.dash});
    for (std::size_t row = 0; row < column.dots.size(); ++row)
        if (const auto& dot = column.dots[row]; dot && std::isfinite(dot->value))
            draw_dot(svg, panel, row_centre(frame, row), *dot);
    panel.draw_axes(true, false);
    if (!column.title.empty()) panel.draw_title(column.title);
}

}  // namespace

std::string DotRows::drawn() const {
    double widest = 0.0;
    for (const std::string& row : rows) widest = std::max(widest, text_width(row, letter_size));
    const double left = std::min(widest, 0.3 * figure_width) + 10.0;
    const Legend drawn_legend(legend, figure_width);
    const bool has_titles =
        std::any_of(columns.begin(), columns.end(), [](const DotColumn& column) { return !column.title.empty(); });
    const double top = drawn_legend.height() + (has_titles ? 22.0 : 6.0);
    const double frame_height = row_height * static_cast<double>(std::max<std::size_t>(rows.size(), 1));
    Svg svg(figure_width, top + frame_height + 38.0, description);
    drawn_legend.draw(svg, {0.0, 0.0});
    for (std::size_t row = 0; row < rows.size(); ++row)
        svg.text({left - 8.0, row_centre({.y = top}, row) + 3.7}, fitted(rows[row], letter_size, left - 10.0),
                 {.size = letter_size, .anchor = Lettering::Anchor::end});
    const auto count = static_cast<double>(columns.size());
    const double width = (figure_width - left - 10.0 - gap * (count - 1.0)) / count;
    for (std::size_t n = 0; n < columns.size(); ++n)
        draw_column(svg, {left + (width + gap) * static_cast<double>(n), top, width, frame_height}, columns[n]);
    return svg.finish();
}

}  // namespace syncopate::report
