#include "io/plot/plot_grid.hpp"

#include "io/plot/csv_cells.hpp"
#include "io/plot/panel.hpp"
#include "io/run/csv_row.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace syncopate {

namespace {

constexpr double gap = 14.0;
constexpr double axis_title_room = 17.0;
constexpr double right_room = 8.0;

/// Rooms around the frames, the same for all of them.
struct Rooms {
    double left = 0.0;
    double top = 0.0;
    double below = 0.0;
    double legend = 0.0;
};

Slots columns_of(const GridLayout& layout) { return Slots::sharing(0.0, figure_width + gap, layout.columns); }

double cell_width(const GridLayout& layout) { return columns_of(layout).step - gap; }

Rooms rooms_around(std::span<const Plot> plots, const GridLayout& layout) {
    Rooms rooms = {.top = 8.0};
    for (const Plot& plot : plots) {
        const double title = plot.y.title.empty() ? 0.0 : axis_title_room;
        rooms.left = std::max(rooms.left, room_left(plot.y) + title);
        if (!plot.title.empty()) rooms.top = 22.0;
    }
    for (const Plot& plot : plots) {
        const double frame_width = cell_width(layout) - rooms.left - right_room;
        const double title = plot.x.title.empty() ? 0.0 : axis_title_room;
        rooms.below = std::max(rooms.below, room_below(plot.x, frame_width) + title);
        if (layout.has_own_legends)
            rooms.legend = std::max(rooms.legend, Legend(legend_of(plot), cell_width(layout)).height() + 4.0);
    }
    return rooms;
}

void draw_plot(Drawing& drawing, const Box& frame, const Plot& plot, bool has_x_labels) {
    Panel panel(drawing, frame, plot.x, plot.y);
    panel.draw_grid();
    if (plot.has_zero_line) panel.draw_zero_line();
    for (const ReferenceLine& reference : plot.references) panel.draw(reference);
    for (const Series& series : plot.series) panel.draw(series);
    panel.draw_axes(has_x_labels, !plot.y.title.empty());
    if (!plot.title.empty()) panel.draw_title(plot.title);
}

/// A row for each point. Where x has names, they stand for its values.
std::string csv_of(std::span<const Plot> plots) {
    std::string text = "plot,series,x,y,low,high\n";
    for (std::size_t n = 0; n < plots.size(); ++n) {
        for (const Series& series : plots[n].series) {
            for (const SeriesPoint& point : series.points) {
                if (!std::isfinite(point.y)) continue;
                CsvRow row;
                row.add(plots[n].title.empty() ? std::to_string(n + 1) : plots[n].title);
                row.add(series.name);
                const auto& marks = plots[n].x.marks;
                const auto name = std::ranges::find(marks, point.x, &AxisMark::value);
                plots[n].x.has_names&& name != marks.end() ? row.add(name->label) : add_number(row, point.x);
                row.add(point.y);
                add_ends(row, point.interval);
                text += row.line();
            }
        }
    }
    return text;
}

std::vector<LegendEntry> longest_legend(std::span<const Plot> plots) {
    std::vector<LegendEntry> longest;
    for (const Plot& plot : plots)
        if (std::vector<LegendEntry> entries = legend_of(plot); entries.size() > longest.size())
            longest = std::move(entries);
    return longest;
}

}  // namespace

std::vector<LegendEntry> legend_of(const Plot& plot) {
    std::vector<LegendEntry> entries;
    for (const Series& series : plot.series) entries.push_back({series.name, series.style, series.mark, true});
    for (const ReferenceLine& reference : plot.references)
        entries.push_back({reference.name, reference.style, Mark::line, false});
    std::erase_if(entries, [](const LegendEntry& entry) { return entry.name.empty(); });
    return entries;
}

Figure plot_grid(std::vector<Plot> plots, const GridLayout& layout) {
    const Rooms rooms = rooms_around(plots, layout);
    const Legend legend(layout.has_own_legends ? std::vector<LegendEntry>{} : longest_legend(plots), figure_width);
    const std::size_t rows = (plots.size() + layout.columns - 1) / layout.columns;
    const double inner_below = layout.is_x_shared ? 8.0 : rooms.below;
    const double row_height = rooms.top + layout.frame_height + inner_below + rooms.legend + 4.0;
    const Slots down = {legend.height(), row_height};
    const double height = down.begin(rows) + rooms.below - inner_below;
    const std::string csv = csv_of(plots);
    const auto draw = [plots = std::move(plots), layout, rooms, legend, down](Drawing& drawing) {
        legend.draw(drawing, {0.0, 0.0});
        for (std::size_t n = 0; n < plots.size(); ++n) {
            const double left = columns_of(layout).begin(n % layout.columns);
            const double top = down.begin(n / layout.columns);
            const Box frame = {left + rooms.left, top + rooms.top, cell_width(layout) - rooms.left - right_room,
                               layout.frame_height};
            draw_plot(drawing, frame, plots[n], !layout.is_x_shared || n + layout.columns >= plots.size());
            if (layout.has_own_legends)
                Legend(legend_of(plots[n]), cell_width(layout))
                    .draw(drawing, {left, frame.y + layout.frame_height + rooms.below + 2.0});
        }
    };
    return {.description = layout.description, .width = figure_width, .height = height, .draw = draw, .csv = csv};
}

}  // namespace syncopate
