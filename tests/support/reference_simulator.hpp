#pragma once

#include "core/compiled_network.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

/// Everything that happened to one population, in local ticks: the amplitude sent by each neuron (flat C·H·W) at each
/// tick of the window in which it sends, and the membrane potential after each tick of its window (and of the second
/// phase of two-phase neurons, which follows it).
struct ReferenceTrace {
    std::vector<std::vector<std::int32_t>> amplitudes;  // [tick][neuron]
    std::vector<std::vector<Charge>> potentials;        // [tick][neuron]
    std::vector<std::vector<Charge>> currents;          // [tick][neuron]; of a relay: the amplitudes that arrive
};

/// The slow twin of the engine: clocked, one thread, no queue, no layout, written from the equations. All populations
/// are computed at every tick, in the network's order. `input` as in SampleRun.
std::vector<ReferenceTrace> simulate_reference(const CompiledNetwork& network, std::span<const std::int32_t> input,
                                               Tick duration, DrawKey key);

/// What one tick's amplitudes of the source (flat C·H·W) add to the target's current, in the target's fixed point.
std::vector<Charge> deliver_reference(const CompiledNetwork& network, const CompiledProjection& projection,
                                      std::span<const std::int32_t> amplitudes);

}  // namespace syncopate
