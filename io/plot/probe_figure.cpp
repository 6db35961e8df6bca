#include "io/plot/probe_figure.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/number_text.hpp"
#include "io/plot/number_label.hpp"
#include "io/plot/panel.hpp"
#include "io/plot/run_line.hpp"
#include "io/plot/text_width.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>
#include <vector>

namespace syncopate {

namespace {

constexpr double margin = 18.0;
constexpr double left = 112.0;
constexpr double right = 66.0;  // room for the word at the threshold
constexpr double top = 56.0;
constexpr double panel_height = 208.0;
constexpr Slots panels = {.first = top, .step = panel_height};
constexpr double title_height = 22.0;
constexpr double spike_height = 16.0;
constexpr double potential_height = 88.0;
constexpr double current_height = 42.0;
constexpr double bottom = 14.0;
constexpr std::size_t most_panels = 24;
constexpr Pen zero_pen = {.colour = palette::rule, .width = 0.5};
constexpr std::size_t most_points = 3000;  // of a curve; longer ones are drawn as the range within each pixel

/// Over the values, and what else is to be seen.
Axis axis_over(std::initializer_list<const std::vector<double>*> lists, double also, std::size_t wanted) {
    ValueRange range;
    range.include(also);
    for (const auto* values : lists)
        for (const double value : *values) range.include(value);
    return axis_around_zero("", range, wanted);
}

/// The curves of one probe, in their frames.
struct ProbePanel {
    const NeuronTrace& trace;
    Panel potential;
    Panel current;
    Box potential_box;
    double tick_width = 1.0;
    std::int64_t begin = 0;

    double centre(std::size_t t) const {
        return potential.x(static_cast<double>(begin + static_cast<std::int64_t>(t)));
    }
    double left() const { return potential_box.x; }
    double end() const { return potential_box.x + potential_box.width; }
};

/// The current that acts before the first test is known, so the potential at the start is too.
double initial_potential(const NeuronTrace& trace) {
    if (!trace.inputs.empty()) return 0.0;
    return trace.potential_at_test.front() - trace.current.front();
}

void draw_spikes(Drawing& drawing, const ProbePanel& panel, double y) {
    drawing.text({margin, y + 7.0}, "spikes", {.size = 9.0});
    const std::vector<std::int32_t>& spikes = panel.trace.spikes;
    double last = -1.0;
    for (std::size_t t = 0; t < spikes.size(); ++t) {
        if (spikes[t] == 0) continue;
        const double x = panel.centre(t);
        if (x - last < 0.25) continue;  // marks nearer than half a pixel look as one
        last = x;
        drawing.line({x, y}, {x, y + 8.0},
                     {.colour = spikes[t] > 0 ? palette::vermilion : palette::blue, .width = 1.4});
        if (spikes[t] == 1 || panel.tick_width < 12.0) continue;
        drawing.text({x + 2.5, y + 7.0}, std::to_string(spikes[t]), {.size = 7.0, .colour = palette::grey});
    }
}

void draw_threshold(Drawing& drawing, const ProbePanel& panel) {
    const double y = panel.potential.y(1.0);
    drawing.line({panel.left(), y}, {panel.end(), y}, {.colour = palette::vermilion, .width = 0.8, .dash = {3.0, 3.0}});
    drawing.text({panel.end() + 4.0, y + 2.5}, "threshold", {.size = 7.5, .colour = palette::vermilion});
}

/// For each half point of the sheet, the range of the potentials there.
void draw_ranges(Drawing& drawing, const ProbePanel& panel, const Pen& pen) {
    const NeuronTrace& trace = panel.trace;
    const auto columns = static_cast<std::size_t>(2.0 * panel.potential_box.width);
    const std::size_t count = trace.potential.size();
    std::vector<Point> points;
    for (std::size_t c = 0; c < columns; ++c) {
        ValueRange range;
        for (std::size_t t = c * count / columns; t < (c + 1) * count / columns; ++t) {
            range.include(trace.potential[t]);
            range.include(trace.potential_at_test[t]);
        }
        if (range.is_empty) continue;
        const double x = Slots{panel.left(), 0.5}.centre(c);
        points.push_back({x, panel.potential.y(range.low)});
        points.push_back({x, panel.potential.y(range.high)});
    }
    drawing.polyline(points, pen);
}

/// What each input of a pooling neuron has sent; the largest is drawn over them.
void draw_sums(Drawing& drawing, const ProbePanel& panel) {
    for (std::size_t i = 0; i < panel.trace.inputs.size(); ++i) {
        std::vector<Point> points = {{panel.left(), panel.potential.y(0.0)}};
        for (std::size_t t = 0; t < panel.trace.sums.size(); ++t) {
            points.push_back({panel.centre(t), points.back().y});
            points.push_back({panel.centre(t), panel.potential.y(static_cast<double>(panel.trace.sums[t][i]))});
        }
        points.push_back({panel.end(), points.back().y});
        drawing.polyline(points, {.colour = palette::grey, .width = 0.6});
    }
}

/// A staircase: up by the current, down by the reset, both at the middle of the tick.
void draw_potential(Drawing& drawing, const ProbePanel& panel) {
    const NeuronTrace& trace = panel.trace;
    const Panel& frame = panel.potential;
    drawing.line({panel.left(), frame.y(0.0)}, {panel.end(), frame.y(0.0)}, zero_pen);
    const Pen curve = {.colour = palette::blue, .width = 1.1};
    if (trace.potential.size() > most_points) return draw_ranges(drawing, panel, curve);
    if (!trace.sums.empty()) draw_sums(drawing, panel);
    std::vector<Point> points = {{panel.left(), frame.y(initial_potential(trace))}};
    for (std::size_t t = 0; t < trace.potential.size(); ++t) {
        const double x = panel.centre(t);
        points.push_back({x, points.back().y});
        points.push_back({x, frame.y(trace.potential_at_test[t])});
        if (trace.potential[t] != trace.potential_at_test[t]) points.push_back({x, frame.y(trace.potential[t])});
    }
    points.push_back({panel.end(), points.back().y});
    drawing.polyline(points, curve);
    for (std::size_t t = 0; t < trace.spikes.size() && panel.tick_width >= 4.0; ++t) {
        if (trace.spikes[t] == 0) continue;
        const double y = frame.y(trace.potential_at_test[t]);
        drawing.rectangle({panel.centre(t) - 1.5, y - 1.5, 3.0, 3.0}, palette::vermilion);
    }
}

void draw_current(Drawing& drawing, const ProbePanel& panel) {
    const Panel& frame = panel.current;
    drawing.line({panel.left(), frame.y(0.0)}, {panel.end(), frame.y(0.0)}, zero_pen);
    const std::vector<double>& current = panel.trace.current;
    const std::size_t count = current.size();
    const std::size_t bars = std::min(count, static_cast<std::size_t>(2.0 * panel.potential_box.width));
    const Slots slots = Slots::sharing(panel.left(), panel.potential_box.width, bars);
    const double width = std::max(0.5, std::min(slots.step * 0.6, 9.0));
    for (std::size_t b = 0; b < bars; ++b) {
        ValueRange range;
        range.include(0.0);
        for (std::size_t t = b * count / bars; t < (b + 1) * count / bars; ++t) range.include(current[t]);
        const double x = slots.centre(b);
        const double top_of_bar = frame.y(range.high);
        if (range.high > range.low)
            drawing.rectangle({x - width / 2.0, top_of_bar, width, frame.y(range.low) - top_of_bar}, palette::grey);
    }
}

void draw_quantity(Drawing& drawing, const Box& box, const std::string& name, const std::string& unit) {
    const double middle = box.y + box.height / 2.0;
    drawing.text({margin, middle - 1.0}, name, {.size = 9.0});
    drawing.text({margin, middle + 9.0}, unit, {.size = 7.5, .colour = palette::grey});
}

std::string panel_title(const Probe& probe) {
    const NeuronPosition at = neuron_position(probe.trace.neuron, probe.shape);
    std::string name = probe.layer + "  ·  neuron " + std::to_string(probe.trace.neuron) + " (channel " +
                       std::to_string(at.channel) + ", y " + std::to_string(at.y) + ", x " + std::to_string(at.x) +
                       ")  ·  sample " + std::to_string(probe.sample);
    if (!probe.trace.inputs.empty()) name += "  ·  maximum of " + std::to_string(probe.trace.inputs.size()) + " inputs";
    if (probe.v_threshold) name += "  ·  v_threshold " + number_text(*probe.v_threshold);
    return name;
}

void draw_panel(Drawing& drawing, const Probe& probe, std::int32_t T, double y, bool is_last) {
    const NeuronTrace& trace = probe.trace;
    drawing.text({left, y + 10.0}, fitted(panel_title(probe), 9.5, sheet_width - margin - left),
                 {.size = 9.5, .is_bold = true});
    const double potential_top = y + title_height + spike_height;
    const double width = sheet_width - right - left;
    const Box potential_box = {left, potential_top, width, potential_height};
    const Box current_box = {left, potential_top + potential_height + 10.0, width, current_height};
    const Axis ticks = tick_axis(is_last ? "tick" : "", probe.offset, std::int64_t{probe.offset} + T, 10);
    const Axis potential = axis_over({&trace.potential, &trace.potential_at_test}, probe.v_threshold ? 1.0 : 0.0, 4);
    const Axis current = axis_over({&trace.current}, 0.0, 3);
    ProbePanel panel = {trace,
                        Panel(drawing, potential_box, ticks, potential),
                        Panel(drawing, current_box, ticks, current),
                        potential_box,
                        width / T,
                        probe.offset};
    const bool is_pooling = !trace.inputs.empty();
    if (probe.v_threshold || is_pooling) draw_spikes(drawing, panel, y + title_height);
    const std::string unit = is_pooling ? "in spikes" : probe.v_threshold ? "in thresholds" : "in output units";
    draw_quantity(drawing, potential_box, is_pooling ? "sums, largest" : "potential", unit);
    draw_quantity(drawing, current_box, is_pooling ? "arriving" : "current", unit);
    panel.potential.draw_y_axis(false);
    panel.current.draw_y_axis(false);
    if (probe.v_threshold) draw_threshold(drawing, panel);
    draw_potential(drawing, panel);
    draw_current(drawing, panel);
    const Axis values;
    const double axis_y = current_box.y + current_box.height + 3.0;
    Panel(drawing, {left, axis_y, width, 0.0}, ticks, values).draw_x_axis(true);
}

/// The windows of one neuron are neighbours in the file.
std::size_t neuron_count(const ProbeRecord& record) {
    const auto is_next = [](const Probe& a, const Probe& b) {
        return a.sample != b.sample || a.layer != b.layer || a.trace.neuron != b.trace.neuron;
    };
    std::size_t count = record.probes.empty() ? 0 : 1;
    for (std::size_t p = 1; p < record.probes.size(); ++p)
        if (is_next(record.probes[p - 1], record.probes[p])) ++count;
    return count;
}

std::string title(const ProbeRecord& record, std::size_t drawn) {
    const std::size_t neurons = neuron_count(record);
    std::string text = neurons == 1 ? "1 neuron" : std::to_string(neurons) + " neurons";
    if (neurons != record.probes.size()) text += ", " + std::to_string(record.probes.size()) + " windows";
    if (drawn < record.probes.size()) text = "First " + std::to_string(drawn) + " panels of " + text;
    return text + "  ·  T = " + std::to_string(record.run.T);
}

}  // namespace

Figure probe_figure(ProbeRecord record, const std::string& file) {
    if (record.probes.empty()) throw Error(file + ": no neuron was probed, so there is nothing to draw");
    const std::size_t count = std::min(record.probes.size(), most_panels);
    const std::string heading = title(record, count);
    record.probes.resize(count);
    const auto draw = [record = std::move(record), heading](Drawing& drawing) {
        drawing.text({margin, 24.0}, heading, {.size = 12.0, .is_bold = true});
        drawing.text({margin, 39.0}, fitted(run_line(record.run), 8.0, sheet_width - 2.0 * margin),
                     {.size = 8.0, .colour = palette::grey});
        for (std::size_t p = 0; p < record.probes.size(); ++p)
            draw_panel(drawing, record.probes[p], record.run.T, panels.begin(p), p + 1 == record.probes.size());
    };
    return {.description = "Membrane potentials, " + heading,
            .width = sheet_width,
            .height = panels.begin(count) + bottom,
            .draw = draw};
}

}  // namespace syncopate
