#include "io/report/raster_multiples.hpp"

#include "core/index.hpp"
#include "io/plot/panel.hpp"
#include "io/plot/spike_raster.hpp"
#include "io/plot/text_width.hpp"
#include "io/run/csv_row.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace syncopate::report {

namespace {

constexpr double letter_size = 9.0;
constexpr double title_room = 20.0;
constexpr double axis_room = 36.0;
constexpr double count_room = 24.0;
constexpr double gap = 12.0;
constexpr std::size_t columns = 3;

using Trains = std::vector<std::vector<Tick>>;

/// The spikes of one arm.
struct RasterPanel {
    std::string title;
    Trains trains;
};

Tick last_tick(std::span<const StudyRaster> rasters) {
    Tick last = 0;
    for (const StudyRaster& raster : rasters) {
        last = std::max(last, std::max<Tick>(raster.T, 1) - 1);
        for (const Trains* trains : {&raster.times, &raster.times_before})
            for (const std::vector<Tick>& train : *trains)
                for (const Tick time : train) last = std::max(last, time);
    }
    return std::min(last, 9999);
}

/// One row for each train; times beyond `last` are not drawn.
SpikeGrid grid_of(const Trains& trains, Tick last) {
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

/// All panels, and where they stand.
struct Multiples {
    std::vector<RasterPanel> panels;
    std::vector<std::int32_t> neurons;
    std::size_t rows = 1;
    Tick last = 0;
    double left = 0.0;        // of the first column's frames
    double row_height = 0.0;  // of a neuron

    double frame_height() const { return Slots{0.0, row_height}.begin(rows); }
    double panel_height() const { return title_room + frame_height() + axis_room; }
    double panel_width() const { return (figure_width - left) / static_cast<double>(columns); }
    Box frame(std::size_t n) const {
        return {left + static_cast<double>(n % columns) * panel_width(),
                static_cast<double>(n / columns) * panel_height() + title_room, panel_width() - count_room - gap,
                frame_height()};
    }

    void draw(Drawing& drawing) const {
        const Axis x = tick_axis("tick", 0, std::int64_t{last} + 1, 5);
        for (std::size_t n = 0; n < panels.size(); ++n) {
            const Box box = frame(n);
            drawing.text({box.x, box.y - 6.0}, fitted(panels[n].title, 10.5, panel_width() - gap),
                         {.size = 10.5, .is_bold = true});
            draw_trains(drawing, box, x, panels[n].trains);
            if (n % columns == 0) draw_neuron_names(drawing, box);
        }
    }

    void draw_trains(Drawing& drawing, const Box& box, const Axis& x, const Trains& trains) const {
        const Axis y;
        Panel panel(drawing, box, x, y);
        if (box.width / (x.high - x.low) >= 6.0) {
            for (int tick = 1; tick < x.high; ++tick)
                drawing.line({panel.x(tick - 0.5), box.y}, {panel.x(tick - 0.5), box.y + box.height},
                             {.colour = palette::hairline, .width = 0.8});
        }
        const Slots slots = {box.y, row_height};
        for (std::size_t row = 0; row < trains.size() && row_height >= 9.0; ++row)
            drawing.text({box.x + box.width + 4.0, slots.centre(row) + 3.2}, std::to_string(trains[row].size()),
                         {.size = letter_size, .colour = palette::grey});
        draw_spike_marks(drawing, box, grid_of(trains, last));
        drawing.outline(box, {.colour = palette::rule, .width = 0.8});
        panel.draw_axes(true, false);
    }

    void draw_neuron_names(Drawing& drawing, const Box& box) const {
        const auto step = static_cast<std::size_t>(std::max(9.5 / row_height + 0.999, 1.0));
        for (std::size_t row = 0; row < neurons.size(); row += step)
            drawing.text({box.x - 5.0, Slots{box.y, row_height}.centre(row) + 3.2}, std::to_string(neurons[row]),
                         {.size = letter_size, .anchor = Lettering::Anchor::end});
        drawing.text({11.0, box.y + box.height / 2.0}, "neuron",
                     {.size = 10.5, .anchor = Lettering::Anchor::middle, .turn = -90.0});
    }

    std::string csv() const {
        std::string text = "arm,neuron,tick\n";
        for (const RasterPanel& panel : panels) {
            for (std::size_t row = 0; row < panel.trains.size() && row < neurons.size(); ++row) {
                for (const Tick tick : panel.trains[row]) {
                    CsvRow line;
                    line.add(panel.title);
                    line.add(neurons[row]);
                    line.add(tick);
                    text += line.line();
                }
            }
        }
        return text;
    }
};

}  // namespace

Figure raster_multiples(std::span<const StudyRaster> rasters, const std::function<std::string(std::size_t)>& label) {
    const StudyRaster& first = rasters.front();
    Multiples multiples{
        .panels = {{"baseline", first.times_before}}, .neurons = first.neurons, .last = last_tick(rasters)};
    for (const StudyRaster& raster : rasters) multiples.panels.push_back({label(raster.arm), raster.times});
    for (const RasterPanel& panel : multiples.panels) multiples.rows = std::max(multiples.rows, panel.trains.size());
    for (RasterPanel& panel : multiples.panels) panel.trains.resize(multiples.rows);
    multiples.row_height = std::clamp(Slots::sharing(0.0, 260.0, multiples.rows).step, 3.0, 11.0);
    double widest = 0.0;
    for (const std::int32_t neuron : first.neurons)
        widest = std::max(widest, text_width(std::to_string(neuron), letter_size));
    multiples.left = widest + 26.0;
    const std::size_t down = (multiples.panels.size() + columns - 1) / columns;
    return {
        .description = "Spikes of " + first.layer + " in the baseline and in each arm, T = " + std::to_string(first.T),
        .width = figure_width,
        .height = static_cast<double>(down) * multiples.panel_height(),
        .draw = [multiples](Drawing& drawing) { multiples.draw(drawing); },
        .csv = multiples.csv()};
}

}  // namespace syncopate::report
