#pragma once

#include "topology/ann_graph.hpp"
#include "topology/layer_graph.hpp"

#include <optional>
#include <string>

namespace syncopate {

/// The ANN that a converted network was, from its populations' activations, projections and biases; to be evaluated
/// beside it. Names are those of the populations.
/// Throws Error with what why_no_ann says.
AnnGraph ann_of(const LayerGraph& graph);

/// Why there is none, naming the population: an activation is not stated, the graph is recurrent, a population has no
/// input, or the input does not come first. Nothing: there is one.
std::optional<std::string> why_no_ann(const LayerGraph& graph);

inline bool has_ann(const LayerGraph& graph) { return !why_no_ann(graph); }

}  // namespace syncopate
