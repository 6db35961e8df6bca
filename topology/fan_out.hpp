#pragma once

#include "topology/layer_graph.hpp"

#include <cstdint>
#include <vector>

namespace syncopate {

/// Synaptic operations that one spike of every source neuron (flat C·H·W) causes, counted on the operators of the
/// original network: a convolution counts each valid position times the output channels it reaches; pooling, gathers
/// and scales only route; a projection without a convolution counts 1 for each neuron it reaches.
std::vector<std::int64_t> fan_out(const LayerGraph& graph, const Projection& projection);

/// Multiply-accumulates of a dense evaluation of the projection for one sample.
std::int64_t multiply_accumulates(const Projection& projection);

}  // namespace syncopate
