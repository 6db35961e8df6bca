#include "io/plot/panel.hpp"

#include "io/plot/number_label.hpp"
#include "io/plot/text_width.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace syncopate {

namespace {

constexpr double letter_size = 10.0;
constexpr double longest_name = 110.0;  // [px]
constexpr double slant = 50.0;          // degrees
constexpr double title_room = 17.0;
constexpr Pen axis_pen = {.colour = palette::ink, .width = 1.0};

double widest_label(const Axis& axis) {
    double widest = 0.0;
    for (const AxisMark& mark : axis.marks) widest = std::max(widest, text_width(mark.label, letter_size));
    return widest;
}

/// Names that do not fit beside one another are written slanted.
bool is_slanted(const Axis& axis, double frame_width) {
    const double each = frame_width / std::max(static_cast<double>(axis.marks.size()), 1.0);
    return axis.has_names && widest_label(axis) + 6.0 > each;
}

}  // namespace

double room_left(const Axis& y) { return widest_label(y) + 8.0; }

double room_below(const Axis& x, double frame_width) {
    if (!is_slanted(x, frame_width)) return 17.0;
    const double length = std::min(widest_label(x), longest_name);
    return 12.0 + length * std::sin(slant * 3.14159265 / 180.0);
}

Panel::Panel(Drawing& drawing, const Box& frame, const Axis& x, const Axis& y)
    : drawing_(drawing), frame_(frame), x_(x), y_(y) {}

void Panel::draw_grid() {
    for (const AxisMark& mark : y_.marks)
        drawing_.line({frame_.x, y(mark.value)}, {frame_.x + frame_.width, y(mark.value)},
                      {.colour = palette::hairline});
}

void Panel::draw_axes(bool has_x_labels, bool has_y_title) {
    draw_y_axis(has_y_title);
    draw_x_axis(has_x_labels);
}

void Panel::draw_y_axis(bool has_title) {
    drawing_.line({frame_.x, frame_.y}, {frame_.x, frame_.y + frame_.height}, axis_pen);
    for (const AxisMark& mark : y_.marks) {
        drawing_.line({frame_.x - 3.0, y(mark.value)}, {frame_.x, y(mark.value)}, axis_pen);
        drawing_.text({frame_.x - 5.5, y(mark.value) + 3.5}, mark.label,
                      {.size = letter_size, .anchor = Lettering::Anchor::end});
    }
    if (has_title)
        drawing_.text({frame_.x - room_left(y_) - 6.0, frame_.y + frame_.height / 2.0}, y_.title,
                      {.size = 11.0, .anchor = Lettering::Anchor::middle, .turn = -90.0});
}

void Panel::draw_x_axis(bool has_labels) {
    const double bottom = frame_.y + frame_.height;
    drawing_.line({frame_.x, bottom}, {frame_.x + frame_.width, bottom}, axis_pen);
    for (const AxisMark& mark : x_.marks)
        drawing_.line({x(mark.value), bottom}, {x(mark.value), bottom + 3.0}, axis_pen);
    if (has_labels) draw_x_labels();
    if (has_labels && !x_.title.empty())
        drawing_.text({frame_.x + frame_.width / 2.0, bottom + room_below(x_, frame_.width) + 12.0}, x_.title,
                      {.size = 11.0, .anchor = Lettering::Anchor::middle});
}

void Panel::draw_x_labels() {
    const double bottom = frame_.y + frame_.height;
    const bool slanted = is_slanted(x_, frame_.width);
    double free_from = -1e9;  // right end of the last label
    for (const AxisMark& mark : x_.marks) {
        const double at = x(mark.value);
        const double width = slanted ? letter_size + 1.0 : text_width(mark.label, letter_size) + 5.0;
        if (at - width / 2.0 < free_from) continue;
        free_from = at + width / 2.0;
        if (slanted)
            drawing_.text({at + 4.0, bottom + 10.0}, fitted(mark.label, letter_size, longest_name),
                          {.size = letter_size, .anchor = Lettering::Anchor::end, .turn = -slant});
        else
            drawing_.text({at, bottom + 14.0}, mark.label, {.size = letter_size, .anchor = Lettering::Anchor::middle});
    }
}

void Panel::draw_title(const std::string& title) {
    const std::string text = fitted(title, 11.0, frame_.width + 20.0);
    drawing_.text({frame_.x, frame_.y - title_room + 10.0}, text, {.size = 11.0, .is_bold = true});
}

void Panel::draw_zero_line() {
    drawing_.line({frame_.x, y(0.0)}, {frame_.x + frame_.width, y(0.0)}, {.colour = palette::grey, .width = 1.0});
}

void Panel::draw(const ReferenceLine& reference) {
    if (!std::isfinite(reference.y)) return;
    drawing_.line({frame_.x, y(reference.y)}, {frame_.x + frame_.width, y(reference.y)},
                  {reference.style.colour, 1.4, reference.style.dash});
}

void Panel::draw(const Series& series) {
    if (series.mark == Mark::steps) return draw_steps(series);
    if (series.mark == Mark::bars) return draw_bars(series);
    if (series.mark == Mark::band)
        draw_band(series);
    else
        draw_intervals(series);
    if (series.mark != Mark::dots) draw_line(series);
    draw_markers(series);
}

void Panel::draw_line(const Series& series) {
    const Pen pen = {series.style.colour, 1.6, series.style.dash};
    std::vector<Point> points;
    const auto flush = [&] {
        if (points.size() > 1) drawing_.polyline(points, pen);
        points.clear();
    };
    for (const SeriesPoint& point : series.points) {
        if (std::isfinite(point.y))
            points.push_back({x(point.x) + series.shift, y(point.y)});
        else
            flush();
    }
    flush();
}

void Panel::draw_steps(const Series& series) {
    std::vector<Point> points;
    for (const SeriesPoint& point : series.points) {
        if (!std::isfinite(point.y)) continue;
        points.push_back({x(point.x - 0.5), y(point.y)});
        points.push_back({x(point.x + 0.5), y(point.y)});
    }
    if (!points.empty()) drawing_.polyline(points, {series.style.colour, 1.5, series.style.dash});
}

void Panel::draw_bars(const Series& series) {
    for (const SeriesPoint& point : series.points) {
        if (!std::isfinite(point.y)) continue;
        const double left = x(point.x + series.bar_offset - series.bar_width / 2.0);
        const double right = x(point.x + series.bar_offset + series.bar_width / 2.0);
        const double top = std::min(y(point.y), y(0.0));
        drawing_.begin_titled(point.title);
        drawing_.rectangle({left, top, right - left, std::abs(y(point.y) - y(0.0))}, series.style.colour);
        drawing_.end_titled();
    }
}

void Panel::draw_band(const Series& series) {
    std::vector<Point> outline;
    for (const SeriesPoint& point : series.points)
        if (point.interval) outline.push_back({x(point.x) + series.shift, y(point.interval->high)});
    for (auto point = series.points.rbegin(); point != series.points.rend(); ++point)
        if (point->interval) outline.push_back({x(point->x) + series.shift, y(point->interval->low)});
    if (!outline.empty()) drawing_.polygon(outline, series.style.colour, 0.2);
}

void Panel::draw_intervals(const Series& series) {
    const Pen pen = {series.style.colour, 1.1};
    for (const SeriesPoint& point : series.points) {
        const bool is_off = point.is_far && !y_.holds(point.y);
        if (!point.interval || !std::isfinite(point.y) || is_off) continue;
        const double at = x(point.x) + series.shift;
        drawing_.line({at, y(point.interval->low)}, {at, y(point.interval->high)}, pen);
        for (const double end : {point.interval->low, point.interval->high})
            drawing_.line({at - 2.5, y(end)}, {at + 2.5, y(end)}, pen);
    }
}

void Panel::draw_markers(const Series& series) {
    for (const SeriesPoint& point : series.points) {
        if (!std::isfinite(point.y)) continue;
        drawing_.begin_titled(point.title);
        const Point at = {x(point.x) + series.shift, y(point.y)};
        drawing_.marker(at, series.style);
        if (point.is_far && !y_.holds(point.y)) draw_far(at, point.y, series.style.colour);
        drawing_.end_titled();
    }
}

/// An arrow out of the frame, and how far it goes.
void Panel::draw_far(const Point& at, double value, Colour colour) {
    const double way = value < y_.low ? 1.0 : -1.0;
    const std::array<Point, 3> arrow = {
        {{at.x - 4.0, at.y - way * 9.0}, {at.x, at.y - way * 5.0}, {at.x + 4.0, at.y - way * 9.0}}};
    drawing_.polyline(arrow, {.colour = colour, .width = 1.4});
    // Beside the line that leads here, which is steep, because its other end is not far away.
    drawing_.text({at.x + 14.0, at.y - way * 7.0 + 2.0}, significant(value), {.size = 9.5, .colour = colour});
}

}  // namespace syncopate
