#include "core/error.hpp"
#include "core/index.hpp"
#include "topology/layer_graph.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>

#include <algorithm>

namespace syncopate {

namespace {

using Digraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

/// Projections that carry spikes, whatever their delay.
Digraph spike_graph(const LayerGraph& graph) {
    Digraph edges(graph.populations.size());
    // Delays do not matter here. Ticks are counted from the beginning of each population's own window, so a delayed
    // spike arrives in the same window as others, or never.
    for (const Projection& projection : graph.projections) {
        boost::add_edge(projection.source, projection.target, edges);
    }
    return edges;
}

}  // namespace

std::vector<std::int32_t> window_phases(const LayerGraph& graph) {
    const Digraph edges = spike_graph(graph);
    const std::size_t count = graph.populations.size();
    std::vector<int> component(count);
    const int components = boost::strong_components(
        edges, boost::make_iterator_property_map(component.begin(), get(boost::vertex_index, edges)));
    std::vector<std::size_t> members(to_size(components), 0);
    for (const int c : component) ++members[to_size(c)];
    std::vector<std::size_t> by_component(count);
    for (std::size_t p = 0; p < count; ++p) {
        by_component[p] = p;
        const bool is_on_cycle = members[to_size(component[p])] > 1 || boost::edge(p, p, edges).second;
        // Its phase would have to be later than itself.
        if (is_on_cycle && graph.populations[p].model.info().holds_window) {
            throw Error("population \"" + graph.populations[p].name +
                        "\" holds a whole window of spikes before it sends the first, so it cannot be part of a cycle; "
                        "choose another population, or neurons that fire tick by tick");
        }
        if (is_on_cycle && graph.populations[p].model.role() == PopulationRole::linear) {
            throw Error("population \"" + graph.populations[p].name +
                        "\" is linear and lies on a cycle: its values could grow without bound; use neurons that fire");
        }
        // What its spikes are worth would be what they are worth.
        if (is_on_cycle && graph.populations[p].model.role() == PopulationRole::pooling) {
            throw Error("population \"" + graph.populations[p].name +
                        "\" is a pooling layer and lies on a cycle; put neurons that fire in its place");
        }
    }
    // Components come out sinks first, so every source lies in a component of the same or a higher number.
    std::ranges::stable_sort(by_component, std::greater<>{}, [&](std::size_t p) { return component[p]; });
    std::vector<std::int32_t> phase_of(to_size(components), 0);
    for (const std::size_t p : by_component) {
        const NeuronModel& model = graph.populations[p].model;
        // All sources outside its component have been here before, so its phase is final. Members of a cycle share one,
        // because each waits for spikes of the others within the window; none of them holds a window, so projections
        // inside add nothing.
        const std::int32_t sent = phase_of[to_size(component[p])] + (model.info().holds_window ? 1 : 0);
        for (const Projection& projection : graph.projections) {
            if (projection.source != p) continue;
            std::int32_t& phase = phase_of[to_size(component[projection.target])];
            phase = std::max(phase, sent);
        }
    }
    std::vector<std::int32_t> phases(count);
    for (std::size_t p = 0; p < count; ++p) phases[p] = phase_of[to_size(component[p])];
    return phases;
}

}  // namespace syncopate
