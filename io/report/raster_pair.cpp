#include "io/report/raster_pair.hpp"

#include "io/report/axis.hpp"
#include "io/report/escape.hpp"
#include "io/report/panel.hpp"
#include "io/report/plot_grid.hpp"

#include <algorithm>

namespace syncopate::report {

namespace {

constexpr double letter_size = 9.0;
constexpr double top = 22.0;
constexpr double count_room = 24.0;

Tick last_tick(const StudyRaster& raster) {
    Tick last = std::max<Tick>(raster.T, 1) - 1;
    for (const auto* trains : {&raster.times, &raster.times_before})
        for (const std::vector<Tick>& train : *trains)
            for (const Tick time : train) last = std::max(last, time);
    return std::min(last, 9999);
}

/// Frame, columns of ticks and the spikes of one half.
void draw_half(Svg& svg, const Box& frame, const Axis& x, const std::vector<std::vector<Tick>>& trains) {
    const Axis y;
    Panel panel(svg, frame, x, y);
    const double row_height = frame.height / static_cast<double>(std::max<std::size_t>(trains.size(), 1));
    const double column = frame.width / (x.high - x.low);
    if (column >= 6.0)
        for (int tick = 1; tick < x.high; ++tick) {
            const double edge = tick - 0.5;
            svg.line({panel.x(edge), frame.y}, {panel.x(edge), frame.y + frame.height},
                     {.colour = hairline, .width = 0.8});
        }
    std::vector<Point> tops;
    for (std::size_t row = 0; row < trains.size(); ++row) {
        const double y_top = frame.y + row_height * static_cast<double>(row);
        for (const Tick time : trains[row])
            if (time >= 0) tops.push_back({panel.x(time), y_top + 0.14 * row_height});
        if (row_height >= 9.0)
            svg.text({frame.x + frame.width + 4.0, y_top + row_height / 2.0 + 3.2}, std::to_string(trains[row].size()),
                     {.size = std::min(letter_size, row_height - 1.0), .colour = palette::grey});
    }
    svg.strokes(tops, 0.72 * row_height, {palette::black, std::clamp(0.35 * column, 0.8, 2.2), ""});
    svg.outline(frame, {palette::rule, 0.8, ""});
    panel.draw_axes(true, false);
}

void draw_neuron_names(Svg& svg, const StudyRaster& raster, double right, double row_height) {
    const auto step = static_cast<std::size_t>(std::max(9.5 / row_height + 0.999, 1.0));
    for (std::size_t row = 0; row < raster.neurons.size(); row += step)
        svg.text({right, top + row_height * (static_cast<double>(row) + 0.5) + 3.2},
                 std::to_string(raster.neurons[row]), {.size = letter_size, .anchor = Lettering::Anchor::end});
}

}  // namespace

std::string drawn_raster(const StudyRaster& raster, const std::string& arm) {
    const std::size_t rows = std::max({raster.times.size(), raster.times_before.size(), std::size_t{1}});
    const double row_height = std::clamp(380.0 / static_cast<double>(rows), 3.0, 13.0);
    const double height = row_height * static_cast<double>(rows);
    double widest = 0.0;
    for (const std::int32_t neuron : raster.neurons)
        widest = std::max(widest, text_width(std::to_string(neuron), letter_size));
    const double left = widest + 26.0;
    const double width = (figure_width - left - 2.0 * count_room - 14.0) / 2.0;
    const Axis x = tick_axis("tick", static_cast<std::size_t>(last_tick(raster)) + 1);
    Svg svg(figure_width, top + height + 36.0,
            "Spikes of " + raster.layer + " before and after " + arm + ", T = " + std::to_string(raster.T));
    const double right_half = left + width + count_room + 14.0;
    auto before = raster.times_before;
    auto after = raster.times;
    before.resize(rows);
    after.resize(rows);
    svg.text({left, 14.0}, "before: baseline", {.size = 11.0, .is_bold = true});
    svg.text({right_half, 14.0}, fitted("after: " + arm, 11.0, width), {.size = 11.0, .is_bold = true});
    draw_half(svg, {left, top, width, height}, x, before);
    draw_half(svg, {right_half, top, width, height}, x, after);
    draw_neuron_names(svg, raster, left - 5.0, row_height);
    svg.text({11.0, top + height / 2.0}, "neuron", {.size = 11.0, .anchor = Lettering::Anchor::middle, .turn = -90.0});
    return svg.finish();
}

}  // namespace syncopate::report
