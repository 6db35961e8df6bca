#include "io/plot/probe_picture.hpp"

#include "core/error.hpp"
#include "io/plot/axis.hpp"
#include "io/plot/canvas.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace syncopate {

namespace {

constexpr double sheet_width = 800.0;
constexpr double margin = 18.0;
constexpr double left = 112.0;
constexpr double right = 66.0;  // room for the word at the threshold
constexpr double top = 56.0;
constexpr double panel_height = 208.0;
constexpr double title_height = 22.0;
constexpr double spike_height = 16.0;
constexpr double potential_height = 88.0;
constexpr double current_height = 42.0;
constexpr double bottom = 14.0;
constexpr std::size_t most_panels = 24;
constexpr std::size_t most_points = 3000;  // of a curve; longer ones are drawn as the range within each pixel

/// Values from low (bottom) to high (top) of a strip.
struct ValueAxis {
    Box box;
    double low = 0.0;
    double high = 1.0;

    double y(double value) const { return box.y + box.height * (high - value) / (high - low); }

    void draw(Canvas& canvas, const std::string& name, const std::string& unit, std::size_t wanted) const {
        const TextStyle style = {.size = 8.0, .colour = palette::ink, .align = TextStyle::Align::right};
        canvas.line({box.x, box.y}, {box.x, box.y + box.height}, {.width = 0.6});
        for (const double value : round_values(low, high, wanted)) {
            canvas.line({box.x - 3.0, y(value)}, {box.x, y(value)}, {.width = 0.6});
            canvas.text({box.x - 6.0, y(value) + 2.9}, short_number(value), style);
        }
        const double middle = box.y + box.height / 2.0;
        canvas.text({margin, middle - 1.0}, name, {.size = 9.0});
        canvas.text({margin, middle + 9.0}, unit, {.size = 7.5, .colour = palette::grey});
    }
};

/// Axis over the values and 0, with a little room.
ValueAxis axis_over(const Box& box, std::initializer_list<const std::vector<double>*> lists, double also) {
    double low = std::min(0.0, also);
    double high = std::max(0.0, also);
    for (const auto* values : lists) {
        for (const double v : *values) {
            low = std::min(low, v);
            high = std::max(high, v);
        }
    }
    if (!(high > low)) high = low + 1.0;
    const double room = 0.06 * (high - low);
    return {box, low < 0.0 ? low - room : low, high + room};
}

/// The current that acts before the first test is known, so the potential at the start is too.
double initial_potential(const NeuronTrace& trace) { return trace.potential_at_test.front() - trace.current.front(); }

class ProbeDrawing {
public:
    ProbeDrawing(const ProbeRecord& record, const std::filesystem::path& picture)
        : record_(record),
          count_(std::min(record.probes.size(), most_panels)),
          canvas_(picture, sheet_width, top + static_cast<double>(count_) * panel_height + bottom) {}

    void draw() {
        draw_title();
        for (std::size_t p = 0; p < count_; ++p)
            draw_panel(record_.probes[p], top + static_cast<double>(p) * panel_height, p + 1 == count_);
        canvas_.finish();
    }

private:
    void draw_title() {
        const std::size_t neurons = neuron_count();
        std::string title = neurons == 1 ? "1 neuron" : std::to_string(neurons) + " neurons";
        if (neurons != record_.probes.size()) title += ", " + std::to_string(record_.probes.size()) + " windows";
        if (count_ < record_.probes.size()) title = "First " + std::to_string(count_) + " panels of " + title;
        canvas_.text({margin, 24.0}, title + "  ·  T = " + std::to_string(record_.run.T),
                     {.size = 12.0, .is_bold = true});
        std::string line = record_.run.network;
        if (!record_.run.network_hash.empty())
            line += (line.empty() ? "" : "  ·  ") + record_.run.network_hash.substr(0, 12);
        line += (line.empty() ? "" : "  ·  ") + record_.run.rule + " rule  ·  seed " + std::to_string(record_.run.seed);
        const TextStyle small = {.size = 8.0, .colour = palette::grey};
        canvas_.text({margin, 39.0}, canvas_.fitted(line, sheet_width - 2.0 * margin, small), small);
    }

    /// The windows of one neuron are neighbours in the file.
    std::size_t neuron_count() const {
        const auto is_next = [](const Probe& a, const Probe& b) {
            return a.sample != b.sample || a.layer != b.layer || a.trace.neuron != b.trace.neuron;
        };
        std::size_t count = record_.probes.empty() ? 0 : 1;
        for (std::size_t p = 1; p < record_.probes.size(); ++p) {
            if (is_next(record_.probes[p - 1], record_.probes[p])) ++count;
        }
        return count;
    }

    void draw_panel(const Probe& probe, double y, bool is_last) {
        const NeuronTrace& trace = probe.trace;
        const NeuronPosition at = neuron_position(trace.neuron, probe.shape);
        const TextStyle style = {.size = 9.5, .is_bold = true};
        std::string name = probe.layer + "  ·  neuron " + std::to_string(trace.neuron) + " (channel " +
                           std::to_string(at.channel) + ", y " + std::to_string(at.y) + ", x " + std::to_string(at.x) +
                           ")  ·  sample " + std::to_string(probe.sample);
        if (probe.v_threshold) name += "  ·  v_threshold " + short_number(*probe.v_threshold, 6);
        canvas_.text({left, y + 10.0}, canvas_.fitted(name, sheet_width - margin - left, style), style);
        const TickAxis ticks = {left, sheet_width - right - left, probe.offset,
                                std::int64_t{probe.offset} + record_.run.T};
        const double potential_top = y + title_height + spike_height;
        const Box potential_box = {left, potential_top, ticks.width, potential_height};
        const Box current_box = {left, potential_top + potential_height + 10.0, ticks.width, current_height};
        const ValueAxis potential =
            axis_over(potential_box, {&trace.potential, &trace.potential_at_test}, probe.v_threshold ? 1.0 : 0.0);
        const ValueAxis current = axis_over(current_box, {&trace.current}, 0.0);
        if (probe.v_threshold) draw_spikes(trace, ticks, y + title_height);
        const std::string unit = probe.v_threshold ? "in thresholds" : "in output units";
        potential.draw(canvas_, "potential", unit, 4);
        current.draw(canvas_, "current", unit, 3);
        if (probe.v_threshold) draw_threshold(ticks, potential);
        draw_potential(trace, ticks, potential);
        draw_current(trace, ticks, current);
        ticks.draw(canvas_, current_box.y + current_box.height + 3.0, is_last);
    }

    void draw_spikes(const NeuronTrace& trace, const TickAxis& ticks, double y) {
        canvas_.text({margin, y + 7.0}, "spikes", {.size = 9.0});
        double last = -1.0;
        for (std::size_t t = 0; t < trace.spikes.size(); ++t) {
            if (trace.spikes[t] == 0) continue;
            const double x = ticks.centre(ticks.begin + static_cast<std::int64_t>(t));
            if (x - last < 0.25) continue;  // marks nearer than half a pixel look as one
            last = x;
            canvas_.line({x, y}, {x, y + 8.0},
                         {.colour = trace.spikes[t] > 0 ? palette::vermilion : palette::blue, .width = 1.4});
            if (trace.spikes[t] == 1 || ticks.step() < 12.0) continue;
            canvas_.text({x + 2.5, y + 7.0}, std::to_string(trace.spikes[t]), {.size = 7.0, .colour = palette::grey});
        }
    }

    void draw_threshold(const TickAxis& ticks, const ValueAxis& axis) {
        const double end = ticks.left + ticks.width;
        canvas_.line({ticks.left, axis.y(1.0)}, {end, axis.y(1.0)},
                     {.colour = palette::vermilion, .width = 0.8, .is_dashed = true});
        canvas_.text({end + 4.0, axis.y(1.0) + 2.5}, "threshold", {.size = 7.5, .colour = palette::vermilion});
    }

    /// A staircase: up by the current, down by the reset, both at the middle of the tick.
    void draw_potential(const NeuronTrace& trace, const TickAxis& ticks, const ValueAxis& axis) {
        const double end = ticks.left + ticks.width;
        if (axis.low < 0.0)
            canvas_.line({ticks.left, axis.y(0.0)}, {end, axis.y(0.0)}, {.colour = palette::rule, .width = 0.5});
        const Stroke curve = {.colour = palette::blue, .width = 1.1};
        if (trace.potential.size() > most_points) {
            draw_ranges(trace, ticks, axis, curve);
            return;
        }
        std::vector<Point> points = {{ticks.left, axis.y(initial_potential(trace))}};
        for (std::size_t t = 0; t < trace.potential.size(); ++t) {
            const double x = ticks.centre(ticks.begin + static_cast<std::int64_t>(t));
            points.push_back({x, points.back().y});
            points.push_back({x, axis.y(trace.potential_at_test[t])});
            if (trace.potential[t] != trace.potential_at_test[t]) points.push_back({x, axis.y(trace.potential[t])});
        }
        points.push_back({end, points.back().y});
        canvas_.path(points, curve);
        for (std::size_t t = 0; t < trace.spikes.size() && ticks.step() >= 4.0; ++t) {
            if (trace.spikes[t] == 0) continue;
            const double x = ticks.centre(ticks.begin + static_cast<std::int64_t>(t));
            canvas_.rectangle({x - 1.5, axis.y(trace.potential_at_test[t]) - 1.5, 3.0, 3.0}, palette::vermilion);
        }
    }

    /// For each half point of the sheet, the range of the potentials there.
    void draw_ranges(const NeuronTrace& trace, const TickAxis& ticks, const ValueAxis& axis, const Stroke& stroke) {
        const auto columns = static_cast<std::size_t>(2.0 * ticks.width);
        const std::size_t count = trace.potential.size();
        std::vector<Point> points;
        for (std::size_t c = 0; c < columns; ++c) {
            double low = std::numeric_limits<double>::infinity();
            double high = -low;
            for (std::size_t t = c * count / columns; t < (c + 1) * count / columns; ++t) {
                low = std::min({low, trace.potential[t], trace.potential_at_test[t]});
                high = std::max({high, trace.potential[t], trace.potential_at_test[t]});
            }
            if (!(low <= high)) continue;
            const double x = ticks.left + ticks.width * (static_cast<double>(c) + 0.5) / static_cast<double>(columns);
            points.push_back({x, axis.y(low)});
            points.push_back({x, axis.y(high)});
        }
        canvas_.path(points, stroke);
    }

    void draw_current(const NeuronTrace& trace, const TickAxis& ticks, const ValueAxis& axis) {
        canvas_.line({ticks.left, axis.y(0.0)}, {ticks.left + ticks.width, axis.y(0.0)},
                     {.colour = palette::rule, .width = 0.5});
        const std::size_t count = trace.current.size();
        const std::size_t bars = std::min(count, static_cast<std::size_t>(2.0 * ticks.width));
        const double step = ticks.width / static_cast<double>(bars);
        for (std::size_t b = 0; b < bars; ++b) {
            double low = 0.0;
            double high = 0.0;
            for (std::size_t t = b * count / bars; t < (b + 1) * count / bars; ++t) {
                low = std::min(low, trace.current[t]);
                high = std::max(high, trace.current[t]);
            }
            const double x = ticks.left + (static_cast<double>(b) + 0.5) * step;
            const double width = std::max(0.5, std::min(step * 0.6, 9.0));
            if (high > low)
                canvas_.rectangle({x - width / 2.0, axis.y(high), width, axis.y(low) - axis.y(high)}, palette::grey);
        }
    }

    const ProbeRecord& record_;
    std::size_t count_;
    Canvas canvas_;
};

}  // namespace

void draw_probes(const ProbeRecord& record, const std::filesystem::path& picture) {
    Canvas::check_name(picture);
    if (record.probes.empty()) throw Error(picture.string() + ": no neuron was probed, so there is nothing to draw");
    ProbeDrawing(record, picture).draw();
}

}  // namespace syncopate
