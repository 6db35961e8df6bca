#pragma once

#include "core/index.hpp"
#include "neurons/neuron_choice.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <vector>

namespace syncopate {

/// Edits of a graph, of which ablations are made. Nothing else about the graph changes: populations keep their ids, so
/// that everybody else's random draws stay what they were.

/// Puts a relay behind a population: all its projections, shortcuts included, come from the relay. The relay's name is
/// the population's with "~" and the rule. Returns its position.
/// Throws Error, naming the population, if it sends no spikes or the name is taken.
PopulationIndex insert_relay(LayerGraph& graph, PopulationIndex population, const Rearrangement& rule);

/// Replaces the model of a population; thresholds, bias and id stay, all else is what the choice says.
/// Throws Error, naming the population, if it has no neurons that fire.
void replace_neurons(LayerGraph& graph, PopulationIndex population, const NeuronChoice& choice);

/// Populations with neurons that fire, in topological order: the layers of the network.
std::vector<PopulationIndex> firing_layers(const LayerGraph& graph);

/// These and pooling layers: all that pass on spikes of their own, in topological order.
std::vector<PopulationIndex> spiking_layers(const LayerGraph& graph);

}  // namespace syncopate
