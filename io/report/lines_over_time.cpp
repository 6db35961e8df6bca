#include "io/report/lines_over_time.hpp"

#include "io/plot/dot_rows.hpp"
#include "io/plot/number_label.hpp"
#include "io/plot/plot_grid.hpp"
#include "io/report/far_values.hpp"
#include "io/report/number_text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace syncopate::report {

namespace {

constexpr std::size_t most_lines = 8;    // of one plot
constexpr std::size_t lines_a_plot = 5;  // besides the baseline, where there are several plots
constexpr std::size_t large_family = 4;
constexpr std::size_t most_plots = 8;  // of one page
constexpr std::size_t most_in_all = 1 + most_plots * lines_a_plot;
constexpr std::size_t most_rows = 60;

/// One arm, or the range of a family.
struct Line {
    std::string name;
    std::vector<std::size_t> arms;
};

std::vector<Line> lines_of(const StudyView& view) {
    std::vector<Line> lines;
    const bool is_few = view.result().arms.size() <= most_lines;
    if (!view.result().arms.empty()) lines.push_back({view.label(0), {0}});
    for (const ArmGroup& group : view.groups()) {
        if (!is_few && group.arms.size() >= large_family) {
            lines.push_back({group.name + " (" + counted(std::ssize(group.arms), "arm") + ")", group.arms});
            continue;
        }
        for (const std::size_t arm : group.arms) lines.push_back({view.label(arm), {arm}});
    }
    return lines;
}

std::string title_of(const std::string& name, double x, const CellValue& value) {
    std::string text = name + ", " + decimal(x, 0) + " ticks: " + significant(value.y);
    if (value.interval)
        text += " (" + significant(value.interval->low) + " to " + significant(value.interval->high) + ")";
    return text;
}

/// The baseline's value at a T, or nothing to compare with.
double baseline_at(const StudyView& view, const LinesOverTime& figure, Tick T) {
    const StudyCell* const cell = view.cell(0, T);
    const auto value = cell == nullptr ? std::nullopt : figure.value(*cell);
    return value ? value->y : std::numeric_limits<double>::quiet_NaN();
}

FarValues far_values(const StudyView& view, const LinesOverTime& figure) {
    std::vector<double> differences;
    double largest = 0.0;
    for (const StudyCell& cell : view.result().cells) {
        const auto value = figure.value(cell);
        if (!value || cell.arm == 0) continue;
        differences.push_back(value->y - baseline_at(view, figure, cell.T));
        largest = std::max(largest, std::abs(value->y));
    }
    // Less than a fiftieth of the largest value can be told apart on any axis.
    return {std::move(differences), largest / 50.0};
}

/// The line's values over the members' mean x, at each T.
std::vector<SeriesPoint> points_of(const StudyView& view, const LinesOverTime& figure, const Line& line) {
    const FarValues far = far_values(view, figure);
    std::vector<SeriesPoint> points;
    for (const Tick T : view.result().T) {
        ValueRange range;
        SeriesPoint sum;
        double count = 0.0;
        std::optional<Interval> interval;
        for (const std::size_t arm : line.arms) {
            const StudyCell* cell = view.cell(arm, T);
            const auto value = cell == nullptr ? std::nullopt : figure.value(*cell);
            if (!value || !std::isfinite(value->y)) continue;
            sum.x += figure.x(*cell);
            sum.y += value->y;
            count += 1.0;
            range.include(value->y);
            interval = value->interval;
        }
        // A family's line runs over the members' mean x, because members may have different latencies at one T; without
        // any value there is no point, and the line goes on to the next T.
        if (count == 0.0) continue;
        if (line.arms.size() > 1) interval = Interval{.low = range.low, .high = range.high};
        const CellValue mean = {sum.y / count, interval};
        // A family is drawn with the range of its members, which is to be seen whole.
        const bool is_far = line.arms.size() == 1 && far.is_far(mean.y - baseline_at(view, figure, T));
        points.push_back({sum.x / count, mean.y, interval, title_of(line.name, sum.x / count, mean), is_far});
    }
    return points;
}

/// Series of some lines; `first` is the place of the first one that is not the baseline.
std::vector<Series> series_of(const StudyView& view, const LinesOverTime& figure, const std::vector<Line>& lines) {
    std::vector<Series> series;
    const auto count = static_cast<double>(lines.size());
    for (std::size_t n = 0; n < lines.size(); ++n) {
        const std::string sign = figure.sign ? figure.sign(lines[n].arms.front()) : "";
        Series one = {.name = lines[n].name + sign, .style = arm_style(lines[n].arms.front())};
        one.points = points_of(view, figure, lines[n]);
        if (lines[n].arms.size() > 1) one.mark = Mark::band;
        one.shift = (static_cast<double>(n) - (count - 1.0) / 2.0) * std::min(5.0, 32.0 / count);
        if (!one.points.empty()) series.push_back(one);
    }
    const bool has_intervals = std::any_of(series.begin(), series.end(), [](const Series& one) {
        return one.mark == Mark::line && one.points.front().interval.has_value();
    });
    for (Series& one : series)
        if (!has_intervals) one.shift = 0.0;
    return series;
}

void include(ValueRange& range, const Series& series) {
    for (const SeriesPoint& point : series.points) {
        if (point.is_far) continue;
        range.include(point.y);
        if (!point.interval) continue;
        range.include(point.interval->low);
        range.include(point.interval->high);
    }
}

/// The T of the study, or the powers of two between the ends of another time.
Axis x_axis(const StudyView& view, const LinesOverTime& figure, const std::vector<Plot>& plots) {
    ValueRange range;
    for (const Plot& plot : plots)
        for (const Series& series : plot.series)
            for (const SeriesPoint& point : series.points) range.include(point.x);
    const std::vector<Tick>& times = view.result().T;
    if (range.is_empty || (range.low >= times.front() && range.high <= times.back()))
        return latency_axis(figure.x_title, times);
    Axis axis = latency_axis(figure.x_title, {static_cast<Tick>(range.low), static_cast<Tick>(std::ceil(range.high))});
    axis.marks.clear();
    for (int power = 0; power < 31; ++power) {
        const double time = std::exp2(power);
        if (axis.low <= time && time <= axis.high) axis.marks.push_back({time, decimal(time, 0)});
    }
    return axis;
}

std::optional<Figure> rows_figure(const StudyView& view, const LinesOverTime& figure) {
    DotRows rows = {.description = figure.description, .columns = {{}}};
    DotColumn& column = rows.columns.front();
    ValueRange range;
    const FarValues far = far_values(view, figure);
    for (const std::size_t arm : view.shown(most_rows).arms) {
        const StudyCell* cell = view.cell(arm, view.result().T.front());
        const auto value = cell == nullptr ? std::nullopt : figure.value(*cell);
        if (!value) continue;
        rows.rows.push_back(view.label(arm) + (figure.sign ? figure.sign(arm) : ""));
        const bool is_far = far.is_far(value->y - baseline_at(view, figure, cell->T));
        column.dots.emplace_back(
            Dot{value->y, value->interval, arm_style(arm), title_of(view.label(arm), figure.x(*cell), *value), is_far});
        if (is_far) continue;
        for (const double each : {value->y, value->interval ? value->interval->low : value->y,
                                  value->interval ? value->interval->high : value->y})
            range.include(each);
    }
    if (rows.rows.empty()) return std::nullopt;
    for (const ReferenceLine& reference : figure.references) {
        column.lines.push_back({reference.y, reference.style});
        rows.legend.push_back({reference.name, reference.style, Mark::line, false});
        range.include(reference.y);
    }
    column.x = figure.is_from_zero ? axis_from_zero(figure.y_title, range) : linear_axis(figure.y_title, range, 8);
    return rows.figure();
}

}  // namespace

std::string LinesOverTime::notes(const StudyView& view) const {
    if (has_rows(view)) return view.shown(most_rows).sentence;
    const std::vector<Line> lines = lines_of(view);
    bool has_band = false;
    std::int64_t left_out = 0;
    for (std::size_t n = 0; n < lines.size(); ++n) {
        if (n >= most_in_all)
            left_out += std::ssize(lines[n].arms);
        else if (lines[n].arms.size() > 1)
            has_band = true;
    }
    std::string text;
    if (has_band)
        text =
            " A family of many arms is one line, the mean of its members, with a band from the lowest to the highest.";
    if (left_out > 0)
        text +=
            " " + counted(left_out, "further arm") + (left_out == 1 ? " stands" : " stand") + " in the tables only.";
    return text;
}

bool LinesOverTime::has_rows(const StudyView& view) const { return is_in_rows_for_one && view.result().T.size() == 1; }

std::optional<Figure> LinesOverTime::figure(const StudyView& view) const {
    if (view.result().T.empty()) return std::nullopt;
    if (has_rows(view)) return rows_figure(view, *this);
    std::vector<Line> lines = lines_of(view);
    lines.resize(std::min(lines.size(), most_in_all));
    const bool is_one = lines.size() <= most_lines;
    std::vector<Plot> plots;
    for (std::size_t first = 1; first < std::max<std::size_t>(lines.size(), 2);
         first += is_one ? most_lines : lines_a_plot) {
        std::vector<Line> some;
        if (!lines.empty()) some.push_back(lines.front());
        for (std::size_t n = first; n < std::min(lines.size(), first + (is_one ? most_lines : lines_a_plot)); ++n)
            some.push_back(lines[n]);
        Plot plot = {.series = series_of(view, *this, some), .references = references};
        if (!plot.series.empty()) plots.push_back(std::move(plot));
    }
    if (plots.empty()) return std::nullopt;
    ValueRange range;
    for (const Plot& plot : plots)
        for (const Series& series : plot.series) include(range, series);
    for (const ReferenceLine& reference : references) range.include(reference.y);
    const Axis below = x_axis(view, *this, plots);
    for (Plot& plot : plots) {
        plot.x = below;
        plot.y = is_from_zero ? axis_from_zero(y_title, range) : linear_axis(y_title, range, 8);
    }
    if (is_one) return plot_grid(plots, {.description = description, .columns = 1, .frame_height = frame_height});
    const double height = plots.size() <= 4 ? 200.0 : 160.0;
    return plot_grid(plots,
                     {.description = description, .columns = 2, .frame_height = height, .has_own_legends = true});
}

}  // namespace syncopate::report
