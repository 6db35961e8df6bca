#pragma once

#include "io/report/axis.hpp"
#include "io/report/plot.hpp"
#include "io/report/svg.hpp"

namespace syncopate::report {

/// Room that the labels of an axis take beside a frame [px].
double room_below(const Axis& x, double frame_width);
double room_left(const Axis& y);

/// The frame of one plot on a drawing.
class Panel {
public:
    /// `frame` is the area between the axes. All three must outlive the panel.
    Panel(Svg& svg, const Box& frame, const Axis& x, const Axis& y);

    double x(double value) const { return frame_.x + x_.share(value) * frame_.width; }
    double y(double value) const { return frame_.y + (1.0 - y_.share(value)) * frame_.height; }

    void draw_grid();
    /// Lines and marks of both axes, and their labels; titles, if they have one, where wanted.
    void draw_axes(bool has_x_labels, bool has_y_title);
    void draw_title(const std::string& title);
    void draw(const Series& series);
    void draw(const Reference& reference);
    void draw_zero_line();

private:
    void draw_x_labels();
    void draw_line(const Series& series);
    void draw_steps(const Series& series);
    void draw_bars(const Series& series);
    void draw_band(const Series& series);
    void draw_intervals(const Series& series);
    void draw_markers(const Series& series);

    Svg& svg_;
    Box frame_;
    const Axis& x_;
    const Axis& y_;
};

}  // namespace syncopate::report
