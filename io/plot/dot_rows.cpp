#include "io/plot/dot_rows.hpp"

#include "io/plot/csv_cells.hpp"
#include "io/plot/number_label.hpp"
#include "io/plot/panel.hpp"
#include "io/plot/text_width.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace syncopate {

namespace {

constexpr double letter_size = 10.5;
constexpr double row_height = 17.0;
constexpr double gap = 18.0;

double row_centre(const Box& frame, std::size_t row) { return Slots{frame.y, row_height}.centre(row); }

/// An arrow out of the frame, and how far it goes.
void draw_far(Drawing& drawing, const Point& at, const Dot& dot, const Axis& axis) {
    const double way = dot.value < axis.low ? 1.0 : -1.0;
    const std::array<Point, 3> arrow = {
        {{at.x + way * 10.0, at.y - 4.0}, {at.x + way * 6.0, at.y}, {at.x + way * 10.0, at.y + 4.0}}};
    drawing.polyline(arrow, {.colour = dot.style.colour, .width = 1.4});
    drawing.text({at.x + way * 14.0, at.y + 3.2}, significant(dot.value),
                 {.size = 9.5,
                  .colour = dot.style.colour,
                  .anchor = way > 0.0 ? Lettering::Anchor::start : Lettering::Anchor::end});
}

void draw_dot(Drawing& drawing, const Panel& panel, const Axis& axis, double y, const Dot& dot) {
    drawing.begin_titled(dot.title);
    const bool is_off = dot.is_far && !axis.holds(dot.value);
    if (dot.interval && !is_off) {
        const Pen pen = {dot.style.colour, 1.3};
        drawing.line({panel.x(dot.interval->low), y}, {panel.x(dot.interval->high), y}, pen);
        for (const double end : {dot.interval->low, dot.interval->high})
            drawing.line({panel.x(end), y - 3.0}, {panel.x(end), y + 3.0}, pen);
    }
    drawing.marker({panel.x(dot.value), y}, dot.style, 3.8);
    if (is_off) draw_far(drawing, {panel.x(dot.value), y}, dot, axis);
    drawing.end_titled();
}

void draw_column(Drawing& drawing, const Box& frame, const DotColumn& column) {
    const Axis y;
    Panel panel(drawing, frame, column.x, y);
    for (std::size_t row = 0; row < column.dots.size(); ++row)
        drawing.line({frame.x, row_centre(frame, row)}, {frame.x + frame.width, row_centre(frame, row)},
                     {.colour = palette::hairline});
    for (const VerticalLine& line : column.lines)
        drawing.line({panel.x(line.value), frame.y}, {panel.x(line.value), frame.y + frame.height},
                     {line.style.colour, 1.2, line.style.dash});
    for (std::size_t row = 0; row < column.dots.size(); ++row) {
        const auto& dot = column.dots[row];
        if (!dot) continue;
        const double centre = row_centre(frame, row);
        if (std::isfinite(dot->value)) draw_dot(drawing, panel, column.x, centre, *dot);
        if (dot->sign) drawing.marker({frame.x + frame.width + 6.0, centre}, *dot->sign, 3.8);
    }
    panel.draw_axes(true, false);
    if (!column.title.empty()) panel.draw_title(column.title);
}

std::string csv_of(const DotRows& rows) {
    std::string text = "column,row,value,low,high\n";
    for (const DotColumn& column : rows.columns) {
        for (std::size_t n = 0; n < column.dots.size(); ++n) {
            const std::optional<Dot>& dot = column.dots[n];
            if (!dot || !std::isfinite(dot->value)) continue;
            CsvRow row;
            row.add(column.title);
            row.add(rows.rows[n]);
            row.add(dot->value);
            add_ends(row, dot->interval);
            text += row.line();
        }
    }
    return text;
}

}  // namespace

Figure DotRows::figure() const {
    double widest = 0.0;
    for (const std::string& row : rows) widest = std::max(widest, text_width(row, letter_size));
    const double left = std::min(widest, 0.3 * figure_width) + 10.0;
    const Legend drawn_legend(legend, figure_width);
    const bool has_titles =
        std::any_of(columns.begin(), columns.end(), [](const DotColumn& column) { return !column.title.empty(); });
    const double top = drawn_legend.height() + (has_titles ? 22.0 : 6.0);
    const double frame_height = Slots{0.0, row_height}.begin(std::max<std::size_t>(rows.size(), 1));
    const auto draw = [self = *this, drawn_legend, left, top, frame_height](Drawing& drawing) {
        drawn_legend.draw(drawing, {0.0, 0.0});
        for (std::size_t row = 0; row < self.rows.size(); ++row)
            drawing.text({left - 8.0, row_centre({.y = top}, row) + 3.7},
                         fitted(self.rows[row], letter_size, left - 10.0),
                         {.size = letter_size, .anchor = Lettering::Anchor::end});
        const Slots across = Slots::sharing(left, figure_width - left - 10.0 + gap, self.columns.size());
        for (std::size_t n = 0; n < self.columns.size(); ++n)
            draw_column(drawing, {across.begin(n), top, across.step - gap, frame_height}, self.columns[n]);
    };
    return {.description = description,
            .width = figure_width,
            .height = top + frame_height + 38.0,
            .draw = draw,
            .csv = csv_of(*this)};
}

}  // namespace syncopate
