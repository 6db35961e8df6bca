#pragma once

#include "topology/layer_graph.hpp"

#include <cstdint>
#include <vector>

namespace syncopate {

/// A small random network and an input for it: convolutions (grouped, dilated, strided, padded), fully connected
/// layers, pools, residual adds, concatenations, moves of elements, linear chains without activations between,
/// recurrent projections with delays; random thresholds (also per channel), signed weights, biases, resets and
/// encoders.
struct RandomNetwork {
    LayerGraph graph;
    std::vector<double> input;
};
RandomNetwork random_network(std::uint64_t seed);

/// The same with relays and two-phase neurons where no cycle forbids them.
RandomNetwork random_window_network(std::uint64_t seed);

/// A network without cycles in which linear populations sum what several others send, and read one another; with relays
/// and two-phase neurons too, if asked for.
RandomNetwork random_linear_network(std::uint64_t seed, bool holds_windows);

/// The network of random_network with any models of the table for its neurons, wherever a cycle does not forbid them,
/// and random parameters.
RandomNetwork random_model_network(std::uint64_t seed);

/// The network of random_network or random_window_network with pooling neurons: behind others and of their shape, and
/// over parts of several populations.
RandomNetwork random_pool_network(std::uint64_t seed);

}  // namespace syncopate
