#pragma once

#include "core/index.hpp"
#include "topology/layer_graph.hpp"

#include <string>

namespace syncopate {

/// Throws Error, naming `where`, unless the population's pooling windows fit its shape.
void check_pool_window(const Population& population, const std::string& where);

/// Throws Error, naming `where`, unless the projection brings pooling neurons spikes that are only moved.
void check_pooled(const LayerGraph& graph, const Projection& projection, const std::string& where);

/// Throws Error, naming the population, unless every input of its pooling neurons comes from one neuron at most, has no
/// amplitude below 0, and is worth what the others of its channel are. Requires: all projections are checked, and
/// pooling neurons and relays lie on no cycle.
void check_pool_inputs(const LayerGraph& graph, PopulationIndex population);

}  // namespace syncopate
