#pragma once

#include "topology/ann_graph.hpp"
#include "topology/layer_graph.hpp"

namespace syncopate {

/// The ANN that a converted network was, from its populations' activations, projections and biases; to be evaluated
/// beside it. Names are those of the populations.
/// Throws Error naming the population if there is none: an activation is not stated, or the graph is recurrent.
AnnGraph ann_of(const LayerGraph& graph);

/// Whether ann_of can succeed.
bool has_ann(const LayerGraph& graph);

}  // namespace syncopate
