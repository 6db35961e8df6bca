#include "core/index.hpp"
#include "io/plot/escape.hpp"
#include "io/plot/plot_grid.hpp"
#include "io/report/layer_lines.hpp"
#include "io/report/number_text.hpp"
#include "io/report/sections.hpp"

#include <algorithm>

namespace syncopate::report {

namespace {

constexpr std::size_t columns = 3;
constexpr std::size_t most_layers = 24;

using Histogram = std::vector<std::int64_t> LayerDetail::*;

std::int64_t spiking(const LayerDetail& detail) { return detail.neurons - detail.silent; }

/// Layers evenly spaced, at most so many.
std::vector<std::string> thinned(const std::vector<std::string>& layers) {
    if (layers.size() <= most_layers) return layers;
    std::vector<std::string> some;
    for (std::size_t n = 0; n < most_layers; ++n) some.push_back(layers[n * (layers.size() - 1) / (most_layers - 1)]);
    return some;
}

/// The plot of one layer: shares of its spiking pairs over ticks, a line of steps for each arm.
Plot histogram_plot(const StudyView& view, const LayerChoice& choice, const std::string& layer, Histogram histogram) {
    Plot plot = {.title = layer};
    std::size_t ticks = to_size(std::max<Tick>(choice.T, 1));
    ValueRange range;
    for (std::size_t place = 0; place < choice.shown.arms.size(); ++place) {
        const std::size_t arm = choice.shown.arms[place];
        Series series = {.name = view.label(arm), .style = arm_style(arm), .mark = Mark::steps};
        const LayerDetail* detail = detail_of(view.cell(arm, choice.T), layer);
        if (detail != nullptr && spiking(*detail) > 0) {
            const std::vector<std::int64_t>& counts = detail->*histogram;
            ticks = std::max(ticks, counts.size());
            for (std::size_t tick = 0; tick < counts.size(); ++tick) {
                const double share = percent_of(counts[tick], spiking(*detail)).value_or(0.0);
                range.include(share);
                series.points.push_back({.x = static_cast<double>(tick), .y = share});
            }
        }
        plot.series.push_back(std::move(series));  // empty too, so that the legend is complete
    }
    plot.x = tick_axis("", 0, static_cast<std::int64_t>(ticks));
    plot.y = axis_from_zero("", range, 4);
    return plot;
}

void add_histograms(Page& page, const StudyView& view, const LayerChoice& choice, Histogram histogram) {
    const std::vector<std::string> layers = thinned(choice.layers);
    std::vector<Plot> plots;
    for (std::size_t n = 0; n < layers.size(); ++n) {
        Plot plot = histogram_plot(view, choice, layers[n], histogram);
        if (n % columns == 0) plot.y.title = "pairs (%)";
        if (n + columns >= layers.size()) plot.x.title = "tick";
        plots.push_back(std::move(plot));
    }
    const bool is_first = histogram == &LayerDetail::first_spike;
    const std::string what = is_first ? "First spike" : "Centroid (mean spike time, rounded down)";
    std::string caption = what + " by layer at T = " + std::to_string(choice.T) +
                          ", in ticks of the layer's own window: share of the pairs of neuron and sample that spike. "
                          "The vertical scales differ." +
                          choice.shown.sentence;
    if (layers.size() < choice.layers.size())
        caption += " Drawn are " + std::to_string(layers.size()) + " of " +
                   counted(std::ssize(choice.layers), "layer") + ", evenly spaced.";
    page.figure(plot_grid(plots, {.description = what + " by layer", .columns = columns, .frame_height = 90.0}),
                caption);
}

void add_profile(Page& page, const StudyView& view, const LayerChoice& choice) {
    const auto mean = [](double LayerDetail::*value) {
        return of_detail([value](const LayerDetail& detail) {
            return spiking(detail) > 0 ? std::optional(detail.*value) : std::nullopt;
        });
    };
    const auto unfinished = [](const LayerDetail& detail) {
        return detail.has_residual ? percent_of(detail.residual_high, detail.neurons) : std::nullopt;
    };
    const auto silent = [](const LayerDetail& detail) { return percent_of(detail.silent, detail.neurons); };
    const auto drawn = figure_over_layers(view, choice,
                                          {{"Mean first spike", "tick", mean(&LayerDetail::mean_first_spike)},
                                           {"Mean centroid", "tick", mean(&LayerDetail::mean_centroid)},
                                           {"Unfinished firing", "pairs (%)", of_detail(unfinished)},
                                           {"Silent", "pairs (%)", of_detail(silent)}});
    if (!drawn) return;
    page.figure(*drawn,
                "From the first layer to the last, at T = " + std::to_string(choice.T) +
                    ": mean first spike and mean centroid of the pairs of neuron and sample that spike; pairs left "
                    "with a residual potential of a threshold or more (unfinished firing), and without a spike "
                    "(silent), as shares of all pairs." +
                    choice.shown.sentence);
}

}  // namespace

void add_spike_times(Page& page, const StudyView& view) {
    page.section("spike-times", "Spike times");
    const LayerChoice choice = detail_choice(view);
    if (choice.layers.empty()) return page.paragraph("Left out: the study kept no details of spike times.");
    page.paragraph("Of the first seed and " + counted(view.result().detail_samples, "sample") + ".");
    add_profile(page, view, choice);
    add_histograms(page, view, choice, &LayerDetail::first_spike);
    add_histograms(page, view, choice, &LayerDetail::centroid);
}

}  // namespace syncopate::report
