#pragma once

#include "core/tick.hpp"
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

/// One value of --neuron or --relay: a choice for a population, or for all firing layers that have none of their own.
struct Assignment {
    std::optional<PopulationIndex> population;
    std::string choice;
};

/// Reads POPULATION=CHOICE, all=CHOICE or CHOICE. Throws UsageError naming the option if there is no such population.
Assignment parse_assignment(const LayerGraph& graph, const std::string& option, const std::string& text);

/// Adds --neuron, --relay and --fraction-bits to a command.
void add_graph_options(CLI::App& command, GraphOptions& options);

/// Edits the graph: first the neuron models, then the relays. What is said of one population counts for it, whatever
/// is said of all. Throws UsageError naming option, text and valid choices, also if the edited network could not run.
void edit_graph(LayerGraph& graph, const GraphOptions& options);

/// The options again, each as one text: "--neuron tpp". Rasters keep it.
std::vector<std::string> edit_texts(const GraphOptions& options);

/// Throws UsageError if a relay orders another number of ticks than T; `source` says where T comes from, as "-T".
/// Requires: edit_graph has accepted the options.
void require_orders_of(const GraphOptions& options, Tick T, const std::string& source);

}  // namespace syncopate
