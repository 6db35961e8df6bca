#pragma once

#include "topology/layer_graph.hpp"

#include <string>
#include <utility>
#include <vector>

namespace syncopate {

/// Adds a population of two neurons and a plain projection from each of its sources. Returns its position.
inline std::int32_t add_plain(LayerGraph& graph, const std::string& name, NeuronModel model,
                              const std::vector<std::int32_t>& sources = {}) {
    const auto position = static_cast<std::int32_t>(graph.populations.size());
    Population population;
    population.name = name;
    population.id = population_id(name);
    population.shape = {2, 1, 1};
    population.model = std::move(model);
    graph.populations.push_back(std::move(population));
    for (const std::int32_t source : sources) graph.projections.push_back({source, position, 0, {}});
    return position;
}

}  // namespace syncopate
