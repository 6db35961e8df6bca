#pragma once

#include "topology/layer_graph.hpp"

#include <cstdint>
#include <vector>

namespace syncopate {

/// Synaptic operations that one spike of every source neuron (flat C·H·W) causes, for every projection, counted on the
/// operators of the original network: a convolution counts each valid position times the output channels it reaches;
/// pooling, gathers and scales only route; a projection without a convolution counts 1 for each neuron it reaches.
/// What goes on from a linear population counts for the spikes that reach it; without a convolution on the way to it,
/// the addition into its sum counts too.
std::vector<std::vector<std::int64_t>> fan_outs(const LayerGraph& graph);

/// Multiply-accumulates of a dense evaluation of the projection for one sample.
std::int64_t multiply_accumulates(const Projection& projection);

}  // namespace syncopate
