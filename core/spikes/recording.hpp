#pragma once

#include <cstdint>
#include <vector>

namespace syncopate {

/// The spikes of one population in one sample, ordered by (time, y, x, channel).
struct SpikeTrain {
    std::vector<std::int32_t> times;       // ticks, from 0
    std::vector<std::int32_t> ids;         // neurons, row-major C·H·W, from 0
    std::vector<std::int32_t> amplitudes;  // empty: every spike has amplitude 1

    void clear() {
        times.clear();
        ids.clear();
        amplitudes.clear();
    }
    friend bool operator==(const SpikeTrain&, const SpikeTrain&) = default;
};

/// What one neuron did at every tick of a sample, in units of its threshold. The numbers are exact: fixed-point values
/// divided by a power of two. Of a pooling neuron, in spikes: what arrives, and the largest sum of an input so far.
struct NeuronTrace {
    std::int32_t neuron = 0;                // row-major C·H·W
    std::vector<double> current;            // sum of the tick's synaptic events, analogue input and bias
    std::vector<double> potential_at_test;  // membrane potential when v ≥ v_threshold is tested
    std::vector<double> potential;          // after the reset
    std::vector<std::int32_t> spikes;       // amplitude sent at the tick, 0 = none
    // Of pooling neurons only.
    std::vector<std::int32_t> inputs = {};             // of its window, row-major C·H·W
    std::vector<std::vector<std::int64_t>> sums = {};  // [tick][input]: amplitudes that it has sent so far
    std::vector<std::int32_t> winners = {};  // at every tick the input with the largest sum; of several, one that sends
                                             // something, then the first
};

}  // namespace syncopate
