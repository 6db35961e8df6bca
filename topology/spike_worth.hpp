#pragma once

#include "core/index.hpp"
#include "neurons/neuron_model.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <vector>

namespace syncopate {

/// What a spike of amplitude 1 of the population is worth, in units of the activation: one value, or one for each
/// channel. A relay and pooling neurons send on what they take, so theirs is that of whoever fired.
/// Throws RefusedError, naming the population, where pooling neurons of one channel take spikes that are worth
/// different amounts. Requires: a valid graph, but for that.
std::vector<double> spike_worth(const LayerGraph& graph, PopulationIndex population);

/// Amplitudes that its spikes may have, likewise.
AmplitudeRange spike_amplitudes(const LayerGraph& graph, PopulationIndex population);

/// Where every input of pooling neurons comes from (flat C·H·W of the source; −1: not from there): the moves of the
/// projection as one. Requires: it has no other stages, and they fit.
std::vector<std::int32_t> moves_into_pool(const LayerGraph& graph, const Projection& projection);

}  // namespace syncopate
