#pragma once

#include "core/tick.hpp"
#include "io/run/asked_ticks.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace syncopate {

/// One population over the samples of a run.
struct LayerStatistics {
    std::int64_t spikes = 0;
    std::int64_t silent = 0;     // pairs of sample and neuron without a spike in the window
    std::int64_t saturated = 0;  // pairs of sample and neuron with a spike at every tick
};

/// What a run counts. Integers only, so that merging in any order gives the same numbers.
struct RunStatistics {
    std::int64_t samples = 0;
    std::int64_t ann_correct = 0;
    std::vector<Tick> ticks;                // after which the read-out was judged, from 1, ascending
    std::vector<std::int64_t> snn_correct;  // after each of these
    std::vector<std::int64_t> agreement;    // after each of these: same class as the ANN
    std::vector<LayerStatistics> layers;    // of each population
    std::int64_t synaptic_operations = 0;   // accumulates caused by spikes

    RunStatistics() = default;
    RunStatistics(std::size_t populations, Tick duration) : RunStatistics(populations, kept_ticks(duration)) {}
    RunStatistics(std::size_t populations, std::vector<Tick> judged)
        : ticks(std::move(judged)), snn_correct(ticks.size(), 0), agreement(ticks.size(), 0), layers(populations) {}

    /// Requires: the same populations and ticks.
    void merge(const RunStatistics& other) {
        samples += other.samples;
        ann_correct += other.ann_correct;
        for (std::size_t t = 0; t < ticks.size(); ++t) {
            snn_correct[t] += other.snn_correct[t];
            agreement[t] += other.agreement[t];
        }
        for (std::size_t p = 0; p < layers.size(); ++p) {
            layers[p].spikes += other.layers[p].spikes;
            layers[p].silent += other.layers[p].silent;
            layers[p].saturated += other.layers[p].saturated;
        }
        synaptic_operations += other.synaptic_operations;
    }
};

}  // namespace syncopate
