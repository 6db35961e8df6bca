#include "topology/edits.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "neurons/models/relay.hpp"

#include <utility>

namespace syncopate {

namespace {

const Population& at(const LayerGraph& graph, PopulationIndex p) { return graph.populations[p]; }

}  // namespace

PopulationIndex insert_relay(LayerGraph& graph, PopulationIndex population, const Rearrangement& rule) {
    const Population& source = at(graph, population);
    if (!sends_spikes(source.model))
        throw Error("population \"" + source.name + "\" sends no spikes that could be rearranged");
    Population relay{.name = source.name + "~" + to_string(rule), .id = 0, .shape = source.shape, .model = Relay{rule}};
    relay.id = population_id(relay.name);
    for (const Population& other : graph.populations) {
        if (other.name == relay.name || other.id == relay.id)
            throw Error("population \"" + source.name + "\": a relay \"" + relay.name +
                        "\" would have the name or id of \"" + other.name + "\"");
    }
    const PopulationIndex position = graph.populations.size();
    for (Projection& projection : graph.projections) {
        if (projection.source == population) projection.source = position;
    }
    graph.populations.push_back(std::move(relay));
    graph.projections.push_back({population, position, 0, {}});
    return position;
}

void replace_neurons(LayerGraph& graph, PopulationIndex population, const NeuronChoice& choice) {
    Population& target = graph.populations[population];
    const std::vector<double>* const thresholds = std::as_const(target.model).thresholds();
    if (thresholds == nullptr)
        throw Error("population \"" + target.name + "\" has no neurons that fire, so their model cannot be replaced");
    NeuronModel model = choice.model();
    *model.thresholds() = *thresholds;
    target.model = std::move(model);
}

std::vector<PopulationIndex> firing_layers(const LayerGraph& graph) {
    std::vector<PopulationIndex> layers;
    for (const PopulationIndex p : topological_order(graph)) {
        if (at(graph, p).model.role() == PopulationRole::neurons) layers.push_back(p);
    }
    return layers;
}

}  // namespace syncopate
