#include "topology/layer_graph.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/nearest_name.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>

#include <algorithm>
#include <functional>

namespace syncopate {

namespace {

using Digraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

Digraph digraph_of(const LayerGraph& graph, bool (*is_taken)(const Projection&)) {
    Digraph edges(graph.populations.size());
    for (const Projection& projection : graph.projections)
        if (is_taken(projection)) boost::add_edge(projection.source, projection.target, edges);
    return edges;
}

/// Strongly connected components: a cycle is one, and every edge between two goes from the higher number to the lower.
std::vector<int> components_of(const Digraph& edges) {
    std::vector<int> component(boost::num_vertices(edges));
    boost::strong_components(edges,
                             boost::make_iterator_property_map(component.begin(), get(boost::vertex_index, edges)));
    return component;
}

/// Names of populations that share a zero-delay cycle, for the message.
std::string members_of_a_cycle(const LayerGraph& graph, const Digraph& edges) {
    // Boost's exception says that there is a cycle, but not where. Populations lie on a common cycle if and only if
    // they are in one strong component of several; a population that projects to itself is a component of one, which
    // needs a test of its own. One cycle is named, even if there are more, so that the list is something that can be
    // followed.
    const std::vector<int> component = components_of(edges);
    std::vector<int> size(graph.populations.size(), 0);
    for (const int c : component) ++size[to_size(c)];
    const auto is_looped = [&](std::size_t p) {
        return size[to_size(component[p])] > 1 || boost::edge(p, p, edges).second;
    };
    std::string names;
    int chosen = -1;
    for (std::size_t p = 0; p < component.size(); ++p) {
        if (!is_looped(p) || (chosen >= 0 && component[p] != chosen)) continue;
        chosen = component[p];
        names += (names.empty() ? "\"" : ", \"") + graph.populations[p].name + "\"";
    }
    return names;
}

}  // namespace

std::uint32_t population_id(std::string_view name) {
    // The id is stored in files and keys random draws, so it must be the same everywhere: std::hash may differ from one
    // library to the next, and a plain char is signed on some machines, where letters beyond ASCII would give another
    // hash.
    std::uint32_t hash = 2166136261u;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return hash;
}

PopulationIndex find_population(const LayerGraph& graph, std::string_view name) {
    const auto found = std::ranges::find(graph.populations, name, &Population::name);
    if (found != graph.populations.end()) return found - graph.populations.begin();
    std::vector<std::string> names;
    for (const Population& population : graph.populations) names.push_back(population.name);
    std::ranges::stable_sort(names, {}, [&](const std::string& n) { return edit_distance(n, name); });
    std::string message = "no population is called \"" + std::string(name) + "\"; there are";
    constexpr std::size_t shown = 12;
    for (std::size_t i = 0; i < std::min(shown, names.size()); ++i) message += (i == 0 ? " " : ", ") + names[i];
    if (names.size() > shown) message += " and " + std::to_string(names.size() - shown) + " more";
    throw Error(message);
}

std::vector<PopulationIndex> topological_order(const LayerGraph& graph) {
    // A delayed spike belongs to an earlier tick of its source, so whichever of the two is served first within a tick,
    // it is there. Only projections without delay restrict the order.
    const Digraph edges = digraph_of(graph, [](const Projection& p) { return p.delay == 0; });
    // Boost gives out a vertex when all that it leads to has been given out, sinks first. It walks vertices and edges
    // as they stand in these vectors, so the order is a function of the graph alone.
    std::vector<std::size_t> reversed;
    try {
        boost::topological_sort(edges, std::back_inserter(reversed));
    } catch (const boost::not_a_dag&) {
        throw Error("populations " + members_of_a_cycle(graph, edges) +
                    " form a cycle whose total delay is 0; give one of its projections a delay of at least 1 tick");
    }
    return {reversed.rbegin(), reversed.rend()};
}

std::vector<PopulationIndex> forward_order(const LayerGraph& graph) {
    const std::vector<int> component = components_of(digraph_of(graph, [](const Projection&) { return true; }));
    std::vector<PopulationIndex> order;
    for (std::size_t p = 0; p < graph.populations.size(); ++p) order.emplace_back(p);
    std::ranges::stable_sort(order, std::greater<>{}, [&](PopulationIndex p) { return component[p]; });
    return order;
}

}  // namespace syncopate
