#include "io/study/arm.hpp"

#include "core/index.hpp"
#include "io/run/simulation.hpp"
#include "io/study/graph_content.hpp"
#include "topology/compiler/compile.hpp"

#include <algorithm>
#include <utility>

namespace syncopate {

Arm::Arm(const LayerGraph& baseline, ArmEdit edit, ArmStores& stores)
    : edit_(std::move(edit)),
      graph_(edited(baseline, edit_)),
      contents_(population_contents(graph_)),
      network_(compile(graph_, &stores.synapses)),
      engine_(network_, {.plan = {.store = &stores.deliveries}}),
      read_out_(find_read_out(network_)) {
    for (const PopulationIndex layer : firing_layers(baseline)) senders_.push_back(last_sender(layer));
    graph_.tensors.clear();
    graph_.tensors.shrink_to_fit();
}

bool Arm::has_chance() const {
    return std::ranges::any_of(graph_.populations, [](const Population& p) { return p.model.has_chance(); });
}

std::size_t Arm::last_sender(std::size_t population) const {
    for (const CompiledProjection& projection : network_.projections) {
        const auto target = projection.target;
        if (projection.source == population && network_.populations[target].is_relay()) return last_sender(target);
    }
    return population;
}

Workspace& ArmWorkspaces::of(const Arm& arm) {
    WorkspaceKind kind = arm.engine().workspace_kind();
    const auto found = workspaces_.find(kind);
    if (found != workspaces_.end()) return found->second;
    return workspaces_.emplace(std::move(kind), arm.engine().make_workspace()).first->second;
}

}  // namespace syncopate
