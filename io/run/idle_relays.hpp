#pragma once

#include "core/tick.hpp"
#include "topology/layer_graph.hpp"

#include <optional>
#include <string>
#include <vector>

namespace syncopate {

/// What to say of a rule that leaves every window of T ticks as it is, such as rotate:4 at T = 4; nothing for one that
/// rearranges, and for "identity", which is there to change nothing.
std::optional<std::string> idle_rule(const Rearrangement& rule, Tick T);

/// The same for every relay of the network, naming it.
std::vector<std::string> idle_relays(const LayerGraph& graph, Tick T);

}  // namespace syncopate
