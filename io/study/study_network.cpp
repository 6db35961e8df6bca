#include "io/study/study_network.hpp"

#include "io/run/simulation.hpp"
#include "topology/compiler/compile.hpp"

namespace syncopate {

StudyNetwork::StudyNetwork(const LayerGraph& graph, const std::vector<std::int32_t>& layers)
    : network_(compile(graph)), engine_(network_), read_out_(find_read_out(network_)) {
    for (const std::int32_t layer : layers) {
        senders_.push_back(last_sender(static_cast<std::size_t>(layer)));
    }
    for (const CompiledPopulation& population : network_.populations) {
        workspace_kind_ += to_string(population.shape) + (population.dynamics != nullptr ? "n" : "") +
                           (population.is_relay() ? "r" : "") + (population.has_amplitudes ? "a" : "") +
                           (population.is_read_out() ? "o" : "") + (population.is_wide ? "w" : "") + ",";
    }
}

std::size_t StudyNetwork::last_sender(std::size_t population) const {
    for (const CompiledProjection& projection : network_.projections) {
        const auto target = static_cast<std::size_t>(projection.target);
        if (static_cast<std::size_t>(projection.source) == population && network_.populations[target].is_relay())
            return last_sender(target);
    }
    return population;
}

Workspace& StudyWorkspaces::of(const StudyNetwork& network) {
    const auto found = workspaces_.find(network.workspace_kind());
    if (found != workspaces_.end()) return found->second;
    return workspaces_.emplace(network.workspace_kind(), network.engine().make_workspace()).first->second;
}

}  // namespace syncopate
