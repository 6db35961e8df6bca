#pragma once

#include "core/compiled_network.hpp"
#include "io/run/sample_batch.hpp"
#include "io/run/simulation.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace syncopate {

/// A sample as another simulator saw it.
struct ReferenceRun {
    std::vector<std::vector<std::vector<std::int32_t>>> amplitudes;  // [population][tick][neuron, flat C·H·W]
    std::vector<std::vector<Charge>> potentials;                     // [population][neuron], after the last tick
};
using ReferenceSimulator = std::function<ReferenceRun(const CompiledNetwork&, std::span<const std::int32_t> input,
                                                      Tick duration, DrawKey key)>;

/// Runs a sample on the engine and on the reference; where they differ first, in words, or nothing if they are equal.
std::optional<std::string> first_difference(const Simulation& simulation, const Sample& sample,
                                            const ReferenceSimulator& reference);

}  // namespace syncopate
