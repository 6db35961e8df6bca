#include "io/run/layer_report.hpp"

#include "core/index.hpp"
#include "io/run/formatted.hpp"
#include "io/run/share.hpp"

#include <algorithm>

namespace syncopate {

std::vector<LayerReport> layer_reports(const CompiledNetwork& network, const RunStatistics& statistics, Tick T,
                                       const std::vector<bool>& is_shown) {
    std::vector<LayerReport> reports;
    for (const PopulationIndex p : network.order) {
        const CompiledPopulation& population = network.populations[p];
        if (!population.spikes() || (!is_shown.empty() && !is_shown[p])) continue;
        const LayerStatistics& counts = statistics.layers[p];
        const std::int64_t pairs = statistics.samples * population.shape.size();
        reports.push_back({.name = population.name,
                           .shape = population.shape,
                           .fraction_bits = population.fraction_bits,
                           .window_offset = std::int64_t{population.emission_phase()} * T,
                           .spikes_per_sample = ratio(counts.spikes, statistics.samples),
                           .spikes_per_neuron_and_tick = ratio(counts.spikes, pairs * T),
                           .silent = ratio(counts.silent, pairs),
                           .saturated = ratio(counts.saturated, pairs)});
    }
    return reports;
}

std::string to_text(std::span<const LayerReport> layers) {
    std::size_t longest = 10;
    for (const LayerReport& layer : layers) longest = std::max(longest, layer.name.size());
    // Names come from exporters and can be of any length; one that long would push the numbers of all layers out of
    // sight, so names are cut.
    const auto width = static_cast<int>(std::min<std::size_t>(longest, 60));
    const bool has_offsets = std::ranges::any_of(layers, [](const LayerReport& l) { return l.window_offset > 0; });
    std::string text = formatted("\n%-*s %12s %22s %9s %10s%s\n", width, "layer", "shape", "spikes/neuron and tick",
                                 "silent", "saturated", has_offsets ? "  window from tick" : "");
    for (const LayerReport& layer : layers) {
        text += formatted("%-*.*s %12s %22.5f %7.2f %% %8.2f %%", width, width, layer.name.c_str(),
                          to_string(layer.shape).c_str(), layer.spikes_per_neuron_and_tick, 100.0 * layer.silent,
                          100.0 * layer.saturated);
        if (has_offsets) text += formatted("  %16lld", static_cast<long long>(layer.window_offset));
        text += "\n";
    }
    return text;
}

}  // namespace syncopate
