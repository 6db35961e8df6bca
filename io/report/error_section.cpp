#include "core/index.hpp"
#include "io/plot/escape.hpp"
#include "io/plot/heat_map.hpp"
#include "io/plot/number_label.hpp"
#include "io/plot/plot_grid.hpp"
#include "io/report/layer_lines.hpp"
#include "io/report/number_text.hpp"
#include "io/report/sections.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace syncopate::report {

namespace {

struct Part {
    const char* name;
    ErrorPart LayerDetail::*part;
};

constexpr std::array<Part, 4> parts = {{{"Clipping", &LayerDetail::clipping},
                                        {"Quantisation", &LayerDetail::quantisation},
                                        {"Unevenness", &LayerDetail::unevenness},
                                        {"Total", &LayerDetail::total}}};

using PartValue = double ErrorPart::*;

/// The three parts of the baseline side by side for each layer.
Plot baseline_bars(const StudyView& view, const LayerChoice& choice, PartValue value) {
    const bool is_signed = value == &ErrorPart::mean;
    Plot plot = {.title = is_signed ? "Mean, with its sign" : "Mean magnitude",
                 .x = category_axis("layer", choice.layers),
                 .has_zero_line = is_signed};
    ValueRange range;
    range.include(0.0);
    for (std::size_t p = 0; p < 3; ++p) {
        Series series = {.name = parts.at(p).name, .style = series_style(p), .mark = Mark::bars};
        series.bar_width = 0.25;
        series.bar_offset = 0.26 * (static_cast<double>(p) - 1.0);
        for (std::size_t n = 0; n < choice.layers.size(); ++n) {
            const LayerDetail* detail = detail_of(view.cell(0, choice.T), choice.layers[n]);
            if (detail == nullptr || !detail->has_residual) continue;
            const double y = detail->*parts.at(p).part.*value;
            range.include(y);
            series.points.push_back({.x = static_cast<double>(n), .y = y});
            series.points.back().title = choice.layers[n] + ", " + series.name + ": " + significant(y) + " thresholds";
        }
        if (!series.points.empty()) plot.series.push_back(std::move(series));
    }
    plot.y = is_signed ? linear_axis("error (thresholds)", range, 4) : axis_from_zero("error (thresholds)", range, 4);
    return plot;
}

void add_baseline_parts(Page& page, const StudyView& view, const LayerChoice& choice) {
    const std::vector<Plot> plots = {baseline_bars(view, choice, &ErrorPart::mean_magnitude),
                                     baseline_bars(view, choice, &ErrorPart::mean)};
    if (plots.front().series.empty()) return;
    page.figure(
        plot_grid(plots,
                  {.description = "Parts of the error by layer, baseline", .frame_height = 140.0, .is_x_shared = true}),
        "Parts of the error of each layer in the baseline at T = " + std::to_string(choice.T) +
            ", in thresholds: φ − clip(z, 0, c), where φ = θN/T is what the spikes say, z is the layer's mean "
            "input and c is where the ANN's activation clips, is the sum of clipping, quantisation and unevenness. "
            "Means over neurons and samples.");
}

void add_parts_by_arm(Page& page, const StudyView& view, const LayerChoice& choice, PartValue value) {
    if (choice.shown.arms.size() < 2) return;
    const bool is_signed = value == &ErrorPart::mean;
    std::vector<LayerValue> values;
    values.reserve(parts.size());
    for (const Part& part : parts)
        values.push_back({part.name, "error (thresholds)", of_detail([part, value](const LayerDetail& detail) {
                              return detail.has_residual ? std::optional(detail.*part.part.*value) : std::nullopt;
                          }),
                          !is_signed});
    const auto drawn = figure_over_layers(view, choice, values);
    if (!drawn) return;
    page.figure(*drawn, std::string(is_signed ? "Mean error with its sign" : "Mean magnitude of the error") +
                            " of each layer and arm at T = " + std::to_string(choice.T) +
                            ", in thresholds; "
                            "layers whose neurons have a hard reset keep no residual potential, so they have none. "
                            "The scales differ." +
                            choice.shown.sentence);
}

/// Shares of the values from −reach to reach; `offset` has its 0 in the middle.
std::vector<double> shares_around_zero(const std::vector<std::int64_t>& offset, std::int64_t reach) {
    std::vector<double> shares;
    std::int64_t sum = 0;
    for (const std::int64_t count : offset) sum += count;
    if (sum <= 0) return shares;
    const std::int64_t middle = std::ssize(offset) / 2;
    for (std::int64_t n = -reach; n <= reach; ++n) {
        const std::int64_t at = middle + n;
        const bool is_there = at >= 0 && at < std::ssize(offset);
        const std::int64_t count = is_there ? offset[to_size(at)] : 0;
        shares.push_back(static_cast<double>(count) / static_cast<double>(sum));
    }
    return shares;
}

/// Largest |N_snn − N_ann| with a share that can be seen; at least 1, at most 24.
std::int64_t visible_reach(const std::vector<HeatMap>& maps, std::int64_t largest) {
    for (std::int64_t reach = largest; reach > 1; --reach)
        for (const HeatMap& map : maps)
            for (const std::vector<double>& row : map.rows) {
                if (row.empty()) continue;
                const auto low = to_size(largest - reach);
                const auto high = to_size(largest + reach);
                if (row[low] >= visible_share || row[high] >= visible_share) return reach;
            }
    return 1;
}

void add_offsets(Page& page, const StudyView& view, const LayerChoice& choice) {
    constexpr std::int64_t largest = 24;
    HeatMaps figure = {.description = "Difference of spike counts to the ANN by layer",
                       .key = "Share of pairs of neuron and sample:",
                       .x_title = "N_snn − N_ann"};
    const auto map_of = [&](std::size_t arm, std::int64_t reach) {
        HeatMap map = {.title = view.label(arm)};
        for (const std::string& layer : choice.layers) {
            const LayerDetail* detail = detail_of(view.cell(arm, choice.T), layer);
            const bool is_there = detail != nullptr && detail->has_ann;
            map.rows.push_back(is_there ? shares_around_zero(detail->offset, reach) : std::vector<double>{});
        }
        return map;
    };
    for (const std::size_t arm : choice.shown.arms) figure.maps.push_back(map_of(arm, largest));
    std::erase_if(figure.maps, [](const HeatMap& map) {
        return std::all_of(map.rows.begin(), map.rows.end(), [](const auto& row) { return row.empty(); });
    });
    if (figure.maps.empty()) return;
    const std::int64_t reach = visible_reach(figure.maps, largest);
    for (HeatMap& map : figure.maps)
        for (std::vector<double>& row : map.rows)
            if (!row.empty()) row = {row.begin() + (largest - reach), row.end() - (largest - reach)};
    figure.row_names = choice.layers;
    const std::int64_t step = reach <= 3 ? 1 : reach <= 8 ? 2 : 5;
    for (std::int64_t n = -reach; n <= reach; ++n)
        figure.columns.push_back({signed_decimal(static_cast<double>(n), 0), n % step == 0});
    page.figure(figure.figure(),
                "Spikes too many or too few: N_snn − N_ann, the neuron's count of spikes less the "
                "count that the ANN's activation asks for, at T = " +
                    std::to_string(choice.T) +
                    ". Each row sums to 100 %; offsets beyond the frame are rarer than 0.05 % in "
                    "every layer, or larger than 24." +
                    choice.shown.sentence);
}

void add_shares(Page& page, const StudyView& view, const LayerChoice& choice) {
    const auto share = [](bool LayerDetail::*is_known, std::int64_t LayerDetail::*count) {
        return of_detail([is_known, count](const LayerDetail& detail) {
            return detail.*is_known ? percent_of(detail.*count, detail.neurons) : std::nullopt;
        });
    };
    const auto drawn = figure_over_layers(
        view, choice,
        {{"ANN = 0, SNN > 0", "pairs (%)", share(&LayerDetail::has_ann, &LayerDetail::false_spiking)},
         {"ANN ≥ 1 spike, SNN = 0", "pairs (%)", share(&LayerDetail::has_ann, &LayerDetail::missed)},
         {"Residual below 0", "pairs (%)", share(&LayerDetail::has_residual, &LayerDetail::residual_low)},
         {"Residual ≥ threshold", "pairs (%)", share(&LayerDetail::has_residual, &LayerDetail::residual_high)}});
    if (!drawn) return;
    page.figure(*drawn, "Shares of all pairs of neuron and sample at T = " + std::to_string(choice.T) +
                            ": a spike although the ANN's activation is 0; no spike although the ANN's activation "
                            "rounds to one or more; a residual potential below 0, and of a threshold or more." +
                            choice.shown.sentence);
}

}  // namespace

void add_errors(Page& page, const StudyView& view) {
    page.section("errors", "Errors of the layers");
    const LayerChoice choice = detail_choice(view);
    if (choice.layers.empty()) return page.paragraph("Left out: the study kept no details of the layers.");
    page.paragraph("Of the first seed and " + counted(view.result().detail_samples, "sample") + ".");
    add_baseline_parts(page, view, choice);
    add_parts_by_arm(page, view, choice, &ErrorPart::mean_magnitude);
    add_parts_by_arm(page, view, choice, &ErrorPart::mean);
    if (!view.result().has_ann) page.paragraph("The comparison with the ANN is left out: no ANN was run.");
    add_offsets(page, view, choice);
    add_shares(page, view, choice);
}

}  // namespace syncopate::report
