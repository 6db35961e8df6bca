#include "io/report/layer_lines.hpp"

#include "io/plot/number_label.hpp"
#include "io/plot/plot_grid.hpp"
#include "io/report/number_text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace syncopate::report {

namespace {

constexpr std::size_t most_arms = 8;
constexpr std::size_t many_layers = 26;  // too many names for half the width

Series layer_series(const StudyView& view, const LayerChoice& choice, std::size_t place, const LayerValue& value) {
    const std::size_t arm = choice.shown.arms[place];
    Series series = {.name = view.label(arm), .style = arm_style(arm)};
    const StudyCell* cell = view.cell(arm, choice.T);
    for (std::size_t n = 0; n < choice.layers.size(); ++n) {
        const auto y = cell == nullptr ? std::nullopt : value.of(*cell, choice.layers[n]);
        SeriesPoint point = {.x = static_cast<double>(n), .y = std::numeric_limits<double>::quiet_NaN()};
        if (y) point.y = *y;
        if (y) point.title = series.name + ", " + choice.layers[n] + ": " + significant(*y) + " " + value.unit;
        series.points.push_back(std::move(point));
    }
    return series;
}

bool has_values(const Series& series) {
    return std::any_of(series.points.begin(), series.points.end(),
                       [](const SeriesPoint& point) { return std::isfinite(point.y); });
}

}  // namespace

LayerChoice detail_choice(const StudyView& view) {
    const Tick T = view.detail_time();
    const auto has_details = [](const StudyCell& cell) { return !cell.details.empty(); };
    return {T, view.shown_at(T, most_arms, has_details), view.detail_layers(T)};
}

std::optional<Figure> figure_over_layers(const StudyView& view, const LayerChoice& choice,
                                         const std::vector<LayerValue>& values) {
    std::vector<Plot> plots;
    std::string description = "By layer:";
    for (const LayerValue& value : values) {
        Plot plot = {.title = value.title, .x = category_axis("layer", choice.layers)};
        ValueRange range;
        for (std::size_t place = 0; place < choice.shown.arms.size(); ++place) {
            Series series = layer_series(view, choice, place, value);
            if (!has_values(series)) continue;
            for (const SeriesPoint& point : series.points) range.include(point.y);
            plot.series.push_back(std::move(series));
        }
        if (plot.series.empty()) continue;
        if (!value.is_from_zero) range.include(0.0);
        plot.has_zero_line = !value.is_from_zero;
        plot.y = value.is_from_zero ? axis_from_zero(value.unit, range) : linear_axis(value.unit, range);
        description += " " + value.title + ";";
        plots.push_back(std::move(plot));
    }
    if (plots.empty()) return std::nullopt;
    const bool is_wide = plots.size() == 1 || choice.layers.size() > many_layers;
    return plot_grid(plots, {.description = description,
                             .columns = is_wide ? 1U : 2U,
                             .frame_height = is_wide ? 190.0 : 160.0,
                             .is_x_shared = true});
}

LayerQuestion of_detail(std::function<std::optional<double>(const LayerDetail&)> value) {
    return [value = std::move(value)](const StudyCell& cell, const std::string& layer) {
        const LayerDetail* detail = detail_of(&cell, layer);
        return detail == nullptr ? std::nullopt : value(*detail);
    };
}

std::optional<double> percent_of(std::int64_t count, std::int64_t whole) {
    if (whole <= 0) return std::nullopt;
    return 100.0 * static_cast<double>(count) / static_cast<double>(whole);
}

}  // namespace syncopate::report
