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
    // Ids are hashes of 32 bits, so different names can have the same. Two populations with one id would draw the same
    // random numbers. All refusals come before the first change, so that a graph that was refused is what it was.
    for (const Population& other : graph.populations) {
        if (other.name == relay.name || other.id == relay.id)
            throw Error("population \"" + source.name + "\": a relay \"" + relay.name +
                        "\" would have the name or id of \"" + other.name + "\"");
    }
    // The relay goes to the end whatever its place in the network, because projections and options name populations by
    // position; the order of service is found from the projections. The projection into it is added after the others
    // have been turned, or it would be turned as well and lead from the relay to itself.
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
    // Thresholds are what the layer was trained or calibrated with, so they are kept, while v_init is the choice's:
    // half a threshold is right for integrate-and-fire, and half a spike too many for two-phase neurons (METHODS.md,
    // Two-phase neurons). They are copied before the old model, which owns them, is overwritten.
    NeuronModel model = choice.model();
    *model.thresholds() = *thresholds;
    target.model = std::move(model);
}

std::vector<PopulationIndex> firing_layers(const LayerGraph& graph) {
    std::vector<PopulationIndex> layers = spiking_layers(graph);
    std::erase_if(layers, [&](PopulationIndex p) { return at(graph, p).model.role() != PopulationRole::neurons; });
    return layers;
}

std::vector<PopulationIndex> spiking_layers(const LayerGraph& graph) {
    std::vector<PopulationIndex> layers;
    for (const PopulationIndex p : topological_order(graph)) {
        const PopulationRole role = at(graph, p).model.role();
        if (role == PopulationRole::neurons || role == PopulationRole::pooling) layers.push_back(p);
    }
    return layers;
}

}  // namespace syncopate
