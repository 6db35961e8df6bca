#pragma once

#include "io/plot/axis.hpp"
#include "io/plot/drawing.hpp"
#include "io/plot/series.hpp"

namespace syncopate {

/// Room that the labels of an axis take beside a frame [px].
double room_below(const Axis& x, double frame_width);
double room_left(const Axis& y);

/// The frame of one plot on a drawing.
class Panel {
public:
    /// `frame` is the area between the axes. All three must outlive the panel.
    Panel(Drawing& drawing, const Box& frame, const Axis& x, const Axis& y);

    double x(double value) const { return frame_.x + x_.share(value) * frame_.width; }
    double y(double value) const { return frame_.y + (1.0 - y_.share(value)) * frame_.height; }

    void draw_grid();
    /// Lines and marks of both axes, and their labels; titles, if they have one, where wanted.
    void draw_axes(bool has_x_labels, bool has_y_title);
    void draw_x_axis(bool has_labels);
    void draw_y_axis(bool has_title);
    void draw_title(const std::string& title);
    void draw(const Series& series);
    void draw(const ReferenceLine& reference);
    void draw_zero_line();

private:
    void draw_x_labels();
    void draw_line(const Series& series);
    void draw_steps(const Series& series);
    void draw_bars(const Series& series);
    void draw_band(const Series& series);
    void draw_intervals(const Series& series);
    void draw_markers(const Series& series);
    void draw_far(const Point& at, double value, Colour colour);

    Drawing& drawing_;
    Box frame_;
    const Axis& x_;
    const Axis& y_;
};

}  // namespace syncopate
