#pragma once

#include "topology/ann_graph.hpp"

#include <cstdint>
#include <vector>

namespace syncopate {

/// When a sum gets a linear population of its own.
struct CompositionLimits {
    double free_weights = 65536;  // what is composed to no more than this stays composed
    double growth = 4.0;          // of weights by composing, beyond which two stages stay two
};

/// Which nodes shall become linear populations (Linear in layer_graph.hpp), by node: linear operators whose sum is
/// worth being made once for all that read it (a long residual stream, the layers of a dense block), or whose
/// composition with what follows would have far more weights than the two have. Only nodes that `output` needs. Throws
/// RefusedError naming a node that is not linear.
std::vector<bool> linear_nodes(const AnnGraph& graph, NodeIndex output, const CompositionLimits& limits = {});

}  // namespace syncopate
