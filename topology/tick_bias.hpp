#pragma once

#include "core/tick.hpp"

#include <string>
#include <vector>

namespace syncopate {

struct LayerGraph;

/// A current for every tick of a window and every channel, added to the bias of its population: what forward temporal
/// bias correction finds (Wu et al., ECCV 2024; b[t] is added to the membrane potential at tick t).
struct TickBias {
    Tick T = 0;                   // ticks of the window that it was made for
    bool serves_shorter = false;  // whether its first ticks are as good in a shorter window
    std::vector<double> values;   // [tick][channel], in the units of the bias
};

/// Throws UsageError naming the population, its T and what is right unless every tick bias of the graph was made for
/// windows of `duration` ticks, or serves them. `where` is said first.
void check_tick_biases(const LayerGraph& graph, Tick duration, const std::string& where = "");

}  // namespace syncopate
