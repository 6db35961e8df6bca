#include "io/plot/escape.hpp"
#include "io/plot/number_label.hpp"
#include "io/report/layer_lines.hpp"
#include "io/report/lines_over_time.hpp"
#include "io/report/number_text.hpp"
#include "io/report/sections.hpp"
#include "io/study/presentation.hpp"

#include <algorithm>
#include <cmath>

namespace syncopate::report {

namespace {

using Count = std::int64_t LayerTally::*;
using Cost = double CellCosts::*;

/// None if nothing was run.
std::optional<double> per_sample(const StudyView& view, const StudyCell& cell, Cost cost) {
    if (view.result().samples <= 0 || cell.layers.empty() || cell.seeds.empty()) return std::nullopt;
    return costs_of(cell, view.result().samples).*cost;
}

/// In what the counts are written, so that their numbers stay short.
struct Unit {
    double size = 1.0;
    const char* name = "";
};

Unit unit_of(const StudyView& view, Cost cost) {
    double largest = 0.0;
    for (const StudyCell& cell : view.result().cells)
        largest = std::max(largest, per_sample(view, cell, cost).value_or(0.0));
    if (largest >= 1e9) return {1e9, " (billions)"};
    if (largest >= 1e6) return {1e6, " (millions)"};
    return largest >= 1e4 ? Unit{1e3, " (thousands)"} : Unit{};
}

void add_cost(Page& page, const StudyView& view, Cost cost) {
    const bool is_spikes = cost == &CellCosts::spikes;
    const std::string what = is_spikes ? "Spikes" : "Synaptic operations";
    const Unit unit = unit_of(view, cost);
    LinesOverTime figure = {
        .description = what + " over T for each arm",
        .y_title = (is_spikes ? "spikes per sample" : "operations per sample") + std::string(unit.name)};
    figure.value = [&](const StudyCell& cell) -> std::optional<CellValue> {
        const auto value = per_sample(view, cell, cost);
        return value ? std::optional(CellValue{.y = *value / unit.size}) : std::nullopt;
    };
    figure.is_from_zero = true;
    figure.frame_height = 180.0;
    const auto drawn = figure.figure(view);
    if (!drawn) return;
    page.figure(*drawn, what + " of all layers for one sample, the mean over samples and seeds." + figure.notes(view));
}

/// Where the spikes and synaptic operations are, at the largest T.
void add_layers(Page& page, const StudyView& view) {
    LayerChoice choice = {.T = view.result().T.empty() ? 0 : view.result().T.back()};
    const StudyCell* baseline = view.cell(0, choice.T);
    if (baseline == nullptr || view.result().samples <= 0) return;
    choice.shown = view.shown_at(choice.T, 8, [](const StudyCell& cell) { return !cell.layers.empty(); });
    for (const LayerTally& layer : baseline->layers) choice.layers.push_back(layer.name);
    const auto question = [&](Count count, bool is_per_neuron) -> LayerQuestion {
        return [=, &view](const StudyCell& cell, const std::string& name) -> std::optional<double> {
            for (const LayerTally& layer : cell.layers) {
                if (layer.name != name) continue;
                const double whole = is_per_neuron ? static_cast<double>(layer.shape.size()) : 1e3;
                const auto runs = static_cast<double>(std::max<std::size_t>(cell.seeds.size(), 1));
                if (!(whole > 0.0)) return std::nullopt;
                return static_cast<double>(layer.*count) / runs / static_cast<double>(view.result().samples) / whole;
            }
            return std::nullopt;
        };
    };
    const auto drawn = figure_over_layers(
        view, choice,
        {{"Spikes", "spikes per neuron", question(&LayerTally::spikes, true)},
         {"Synaptic operations", "operations (thousands)", question(&LayerTally::synaptic_operations, false)}});
    if (!drawn) return;
    page.figure(*drawn,
                "Spikes of a neuron of each layer, and synaptic operations that the layer's spikes cause "
                "(thousands), for one sample at T = " +
                    std::to_string(choice.T) + "." + choice.shown.sentence);
}

/// "+3.2 %" more than the baseline at the same T.
std::string relative(const StudyView& view, const StudyCell& cell, Cost cost) {
    const StudyCell* baseline = view.cell(0, cell.T);
    if (baseline == nullptr || baseline == &cell) return "–";
    const auto here = per_sample(view, cell, cost);
    const auto there = per_sample(view, *baseline, cost);
    if (!here || !there || *there <= 0.0) return "–";
    return signed_decimal(100.0 * (*here / *there - 1.0), 1);
}

Table cost_table(const StudyView& view) {
    Table table(
        "Cost and latency. Counts are of one sample, the mean over samples and seeds; against the baseline at the same "
        "T in percent. Total: the ticks from the first input to the answer, T and what the arm adds.",
        {{"Arm"},
         {"Layers"},
         {"T", true},
         {"Extra ticks", true},
         {"Total ticks", true},
         {"Accuracy (%)", true},
         {"Spikes", true},
         {"± %", true},
         {"Synaptic operations", true},
         {"± %", true}});
    for (std::size_t arm = 0; arm < view.result().arms.size(); ++arm) {
        bool is_first = true;
        for (const Tick T : view.result().T) {
            const StudyCell* cell = view.cell(arm, T);
            if (cell == nullptr) continue;
            const auto accuracy = view.accuracy(*cell);
            const auto spikes = per_sample(view, *cell, &CellCosts::spikes);
            const auto operations = per_sample(view, *cell, &CellCosts::synaptic_operations);
            table.add(
                {escaped(view.result().arms[arm].name), escaped(view.result().arms[arm].layers), std::to_string(T),
                 std::to_string(cell->extra_ticks), std::to_string(std::int64_t{T} + cell->extra_ticks),
                 accuracy ? percent(accuracy->mean) : "–", spikes ? significant(*spikes) : "–",
                 relative(view, *cell, &CellCosts::spikes), operations ? significant(*operations) : "–",
                 relative(view, *cell, &CellCosts::synaptic_operations)},
                is_first ? "rule" : "");
            is_first = false;
        }
    }
    return table;
}

void add_latency(Page& page, const StudyView& view) {
    const bool has_extra = std::any_of(view.result().cells.begin(), view.result().cells.end(),
                                       [](const StudyCell& cell) { return cell.extra_ticks != 0; });
    if (!has_extra)
        return page.paragraph("No arm answers later than its T, so accuracy over latency is accuracy over T.");
    if (!view.result().has_labels) return;
    LinesOverTime figure = {.description = "Accuracy over total latency for each arm",
                            .x_title = "latency: T and extra ticks (ticks, logarithmic)",
                            .y_title = "accuracy (%)"};
    figure.is_in_rows_for_one = false;
    figure.x = [](const StudyCell& cell) { return static_cast<double>(cell.T) + cell.extra_ticks; };
    figure.value = [&](const StudyCell& cell) -> std::optional<CellValue> {
        const auto score = view.accuracy(cell);
        return score ? std::optional(CellValue{.y = 100.0 * score->mean}) : std::nullopt;
    };
    const auto drawn = figure.figure(view);
    if (!drawn) return;
    page.figure(*drawn,
                "Accuracy at equal latency: the ticks until the answer, T and what the arm adds. A line further "
                "to the left answers sooner." +
                    figure.notes(view));
}

}  // namespace

void add_costs(Page& page, const StudyView& view) {
    page.section("costs", "Spikes, synaptic operations and latency");
    const Table table = cost_table(view);
    if (table.is_empty()) return page.paragraph("Left out: nothing was run.");
    add_cost(page, view, &CellCosts::spikes);
    add_cost(page, view, &CellCosts::synaptic_operations);
    add_layers(page, view);
    add_latency(page, view);
    page.table(table);
}

}  // namespace syncopate::report
