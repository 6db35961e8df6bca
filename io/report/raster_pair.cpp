#include "io/report/raster_pair.hpp"

#include "core/index.hpp"
#include "io/plot/panel.hpp"
#include "io/plot/spike_raster.hpp"
#include "io/plot/text_width.hpp"

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

/// One row for each train; times beyond `last` are not drawn.
SpikeGrid grid_of(const std::vector<std::vector<Tick>>& trains, Tick last) {
    const auto rows = std::ssize(trains);
    SpikeGrid grid({.neurons = rows, .begin = 0, .end = last + 1, .most_rows = rows, .most_columns = last + 1});
    SpikeTrain spikes;
    for (std::size_t row = 0; row < trains.size(); ++row)
        for (const Tick time : trains[row]) {
            if (time < 0 || time > last) continue;
            spikes.times.push_back(time);
            spikes.ids.push_back(static_cast<std::int32_t>(row));
        }
    grid.add(spikes);
    return grid;
}

/// Frame, columns of ticks and the spikes of one half.
void draw_half(Drawing& drawing, const Box& frame, const Axis& x, const std::vector<std::vector<Tick>>& trains) {
    const Axis y;
    Panel panel(drawing, frame, x, y);
    const Slots rows = Slots::sharing(frame.y, frame.height, trains.size());
    const double column = frame.width / (x.high - x.low);
    if (column >= 6.0)
        for (int tick = 1; tick < x.high; ++tick) {
            const double edge = tick - 0.5;
            drawing.line({panel.x(edge), frame.y}, {panel.x(edge), frame.y + frame.height},
                         {.colour = palette::hairline, .width = 0.8});
        }
    for (std::size_t row = 0; row < trains.size() && rows.step >= 9.0; ++row) {
        drawing.text({frame.x + frame.width + 4.0, rows.centre(row) + 3.2}, std::to_string(trains[row].size()),
                     {.size = std::min(letter_size, rows.step - 1.0), .colour = palette::grey});
    }
    draw_spike_marks(drawing, frame, grid_of(trains, static_cast<Tick>(x.high - 0.5)));
    drawing.outline(frame, {.colour = palette::rule, .width = 0.8});
    panel.draw_axes(true, false);
}

void draw_neuron_names(Drawing& drawing, const StudyRaster& raster, double right, double row_height) {
    const auto step = static_cast<std::size_t>(std::max(9.5 / row_height + 0.999, 1.0));
    for (std::size_t row = 0; row < raster.neurons.size(); row += step)
        drawing.text({right, Slots{top, row_height}.centre(row) + 3.2}, std::to_string(raster.neurons[row]),
                     {.size = letter_size, .anchor = Lettering::Anchor::end});
}

}  // namespace

Figure raster_pair(const StudyRaster& raster, const std::string& arm) {
    const std::size_t rows = std::max({raster.times.size(), raster.times_before.size(), std::size_t{1}});
    const double row_height = std::clamp(Slots::sharing(0.0, 380.0, rows).step, 3.0, 13.0);
    const double height = Slots{0.0, row_height}.begin(rows);
    double widest = 0.0;
    for (const std::int32_t neuron : raster.neurons)
        widest = std::max(widest, text_width(std::to_string(neuron), letter_size));
    const double left = widest + 26.0;
    const double width = (figure_width - left - 2.0 * count_room - 14.0) / 2.0;
    const auto draw = [=](Drawing& drawing) {
        const Axis x = tick_axis("tick", 0, std::int64_t{last_tick(raster)} + 1);
        const double right_half = left + width + count_room + 14.0;
        auto before = raster.times_before;
        auto after = raster.times;
        before.resize(rows);
        after.resize(rows);
        drawing.text({left, 14.0}, "before: baseline", {.size = 11.0, .is_bold = true});
        drawing.text({right_half, 14.0}, fitted("after: " + arm, 11.0, width), {.size = 11.0, .is_bold = true});
        draw_half(drawing, {left, top, width, height}, x, before);
        draw_half(drawing, {right_half, top, width, height}, x, after);
        draw_neuron_names(drawing, raster, left - 5.0, row_height);
        drawing.text({11.0, top + height / 2.0}, "neuron",
                     {.size = 11.0, .anchor = Lettering::Anchor::middle, .turn = -90.0});
    };
    return {
        .description = "Spikes of " + raster.layer + " before and after " + arm + ", T = " + std::to_string(raster.T),
        .width = figure_width,
        .height = top + height + 36.0,
        .draw = draw};
}

}  // namespace syncopate::report
