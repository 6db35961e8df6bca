#pragma once

#include "core/compiled_network.hpp"
#include "io/run/run_statistics.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace syncopate {

/// What the spikes of one population add up to over the samples of a run.
struct LayerReport {
    std::string name;
    Shape shape;
    std::int32_t fraction_bits = 24;
    std::int64_t window_offset = 0;  // global tick at which the window of its spikes begins
    double spikes_per_sample = 0.0;
    double spikes_per_neuron_and_tick = 0.0;
    double silent = 0.0;     // share of pairs of sample and neuron without a spike
    double saturated = 0.0;  // share of pairs of sample and neuron with a spike at every tick
};

/// Of the populations that spike, in the order in which they are served; of those only that `is_shown` (one value for
/// each population) says, unless it is empty.
std::vector<LayerReport> layer_reports(const CompiledNetwork& network, const RunStatistics& statistics, Tick T,
                                       const std::vector<bool>& is_shown = {});

/// A table for people.
std::string to_text(std::span<const LayerReport> layers);

/// As our JSON files write it. A template, because only sources know which library writes JSON.
template <typename Json>
void to_json(Json& json, const LayerReport& layer) {
    json = {{"name", layer.name},
            {"shape", {layer.shape.channels, layer.shape.height, layer.shape.width}},
            {"fraction_bits", layer.fraction_bits},
            {"window_offset", layer.window_offset},
            {"spikes_per_sample", layer.spikes_per_sample},
            {"spikes_per_neuron_and_tick", layer.spikes_per_neuron_and_tick},
            {"activation_sparsity", 1.0 - layer.spikes_per_neuron_and_tick},
            {"silent_neurons", layer.silent},
            {"saturated_neurons", layer.saturated}};
}

}  // namespace syncopate
