#pragma once

#include "core/tick.hpp"

#include <cstddef>
#include <cstdint>
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
    std::vector<std::int64_t> snn_correct;  // after each tick
    std::vector<std::int64_t> agreement;    // after each tick: same class as the ANN
    std::vector<LayerStatistics> layers;    // of each population
    std::int64_t synaptic_operations = 0;   // accumulates caused by spikes

    RunStatistics() = default;
    RunStatistics(std::size_t populations, Tick duration)
        : snn_correct(static_cast<std::size_t>(duration), 0),
          agreement(static_cast<std::size_t>(duration), 0),
          layers(populations) {}

    void merge(const RunStatistics& other) {
        samples += other.samples;
        ann_correct += other.ann_correct;
        for (std::size_t t = 0; t < snn_correct.size(); ++t) {
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
