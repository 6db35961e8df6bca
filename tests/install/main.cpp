#include "core/error.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <iostream>
#include <string>
#include <utility>

namespace {

syncopate::Population population(const std::string& name, std::int32_t neurons, syncopate::NeuronModel model) {
    syncopate::Population made;
    made.name = name;
    made.id = syncopate::population_id(name);
    made.shape = {.channels = neurons, .height = 1, .width = 1};
    made.model = std::move(model);
    return made;
}

/// Two inputs, two neurons that pass them on, and a read-out.
syncopate::LayerGraph small_network() {
    syncopate::LayerGraph graph;
    graph.populations = {population("input", 2, syncopate::DirectCurrent{}),
                         population("hidden", 2, syncopate::IntegrateAndFire{}),
                         population("output", 2, syncopate::ReadOut{})};
    graph.projections = {{.source = 0, .target = 1}, {.source = 1, .target = 2}};
    return graph;
}

/// The message with which the network is refused once its hidden neurons excite themselves without a delay.
std::string refusal_of_a_cycle(syncopate::LayerGraph graph) {
    graph.projections.push_back({.source = 1, .target = 1});
    try {
        syncopate::validate(graph);
    } catch (const syncopate::Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace

int main() {
    const syncopate::LayerGraph graph = small_network();
    syncopate::validate(graph);
    const bool ordered = syncopate::topological_order(graph).size() == 3;
    const bool refused = refusal_of_a_cycle(graph).find("hidden") != std::string::npos;
    std::cout << "ordered " << ordered << ", refused " << refused << '\n';
    return ordered && refused ? 0 : 1;
}
