#pragma once

#include "tests/support/reference_simulator.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <vector>

namespace syncopate {

/// Synaptic operations that the spikes of every population cause: each spike is followed through the stages of the
/// original graph, connection by connection, and what it adds to a sum of a convolution is one operation. A projection
/// without a convolution is one operation for each neuron that a spike reaches. What a linear population sums up goes
/// on to whom it sends. Into a relay or a maximum, and out of an analogue input, there are
/// none.
std::vector<std::int64_t> reference_operations(const LayerGraph& graph, const std::vector<ReferenceTrace>& traces);

}  // namespace syncopate
