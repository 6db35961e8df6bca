#pragma once

#include "topology/layer_graph.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace syncopate {

/// Edits of the network that a command line asks for.
struct GraphOptions {
    std::vector<std::string> neurons;  // CHOICE for all firing layers, or POPULATION=CHOICE
    std::vector<std::string> relays;   // all=RULE for all firing layers, or POPULATION=RULE
    std::optional<std::int32_t> fraction_bits;
};

/// Adds --neuron, --relay and --fraction-bits to a command.
void add_graph_options(CLI::App& command, GraphOptions& options);

/// Edits the graph: first the neuron models, then the relays. What is said of one population counts for it, whatever
/// is said of all. Throws UsageError naming option, text and valid choices, also if the edited network could not run.
void edit_graph(LayerGraph& graph, const GraphOptions& options);

}  // namespace syncopate
