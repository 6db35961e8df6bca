#pragma once

#include "topology/layer_graph.hpp"

#include <string>
#include <vector>

namespace syncopate {

/// Hashes (SHA-256, 64 hexadecimal digits) of what a network is, to the last bit. Two that are equal compute the same;
/// nothing that decides a result is left out, because every member is written down, not a list of those that matter.

/// For every population: all of it, its model with every parameter, and all projections into it with their delays,
/// stages and weights, and the ids of their sources. With equal spikes of its sources, populations of equal content
/// spike alike in any network.
std::vector<std::string> population_contents(const LayerGraph& graph);

/// The whole network: populations, projections, preprocessing, names of classes.
std::string graph_content(const LayerGraph& graph);

}  // namespace syncopate
