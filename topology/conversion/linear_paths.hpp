#pragma once

#include "topology/ann_graph.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace syncopate {

/// One way from a node that becomes a population (is_population) through linear operators.
struct LinearPath {
    NodeIndex source;
    std::vector<LinearStage> stages;  // from the source on, simplified; never a map that is certainly zero
};

/// Every path that ends in what `node` gives, in the order of the operators' inputs: what flows into `node` is the sum
/// of the paths, plus its constant part. Paths begin where `is_source` says so; a node that is one is its own, empty
/// path. Throws RefusedError naming the node: an operator that is not linear, or more than 4096 paths.
std::vector<LinearPath> linear_paths(const AnnGraph& graph, NodeIndex node, const std::vector<bool>& is_source);

/// The paths that end in a node which may be a source itself, without looking at that.
std::vector<LinearPath> linear_paths_into(const AnnGraph& graph, NodeIndex node, const std::vector<bool>& is_source);

/// The place of input i in what a concatenation gives.
Gather place_in_concat(const AnnGraph& graph, const AnnNode& node, std::size_t i);

/// Throws RefusedError naming the node, which is not linear, with a remedy.
[[noreturn]] void refuse_operator(const AnnNode& node);

/// What flows into every population, and what node `output` gives, when the input and all activations are 0 (flat
/// C·H·W): for the node in front of each population and for `output`, by node; empty: nothing but zeros. Biases go
/// through the operators behind them here, in double precision, also across a padded border.
/// Throws RefusedError naming a node that is not linear.
std::vector<std::vector<double>> constant_parts(const AnnGraph& graph, NodeIndex output);

/// Why a spiking network cannot contain the node, and what to do; empty for those it can. A softmax is such a node
/// unless it is at the end.
std::string why_not_linear(const AnnNode& node);

/// Whether the node becomes a population: the input, a ReLU, a step or a maximum.
bool is_population(const AnnNode& node);

}  // namespace syncopate
