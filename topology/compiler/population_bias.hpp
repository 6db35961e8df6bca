#pragma once

#include "topology/layer_graph.hpp"

#include <vector>

namespace syncopate {

/// Thresholds of a population in the units of its activation, one or one a channel; 1 where it has none.
std::vector<double> threshold_of(const Population& population);

/// What neurons receive at a tick without any source, in thresholds.
struct PopulationBias {
    std::vector<double> constant;  // of every neuron, at every tick
    std::vector<double> of_ticks;  // [tick][channel], added to that
    std::vector<double> worst;     // of every neuron: the most that both bring at any tick, in magnitude
};
PopulationBias bias_of(const Population& population);

}  // namespace syncopate
