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
    // Layers are asked of the baseline, not of the arm: edits add populations at the end and keep the positions of all
    // others, and counted in the baseline's order, layer k of every arm is the same one, whatever the arm has put
    // behind it.
    for (const PopulationIndex layer : spiking_layers(baseline)) senders_.push_back(last_sender(layer));
    // A study has as many arms as the user asks for, 120 with all orders of 5 ticks, and each would keep a float copy
    // of all weights. The hash has been taken and the network compiled by now (members are initialised in the order in
    // which they are declared), so nobody reads them again.
    graph_.tensors.clear();
    graph_.tensors.shrink_to_fit();
}

bool Arm::has_chance() const {
    return std::ranges::any_of(graph_.populations, [](const Population& p) { return p.model.has_chance(); });
}

bool Arm::has_common_draws() const {
    return std::ranges::any_of(graph_.populations, [](const Population& p) {
        const Rearrangement* const rule = p.model.rearrangement();
        return rule != nullptr && (*rule)->has_common_draws();
    });
}

bool Arm::is_identical(const Arm& baseline, Tick T) const {
    if (contents_ == baseline.contents_) return true;
    const auto* const rule = std::get_if<Rearrangement>(&edit_.change);
    if (rule == nullptr || !(*rule)->keeps_counts()) return false;
    if ((*rule)->is_identity(T)) return true;
    // The arm's relays stand at the end. If nobody behind one of them needs more than counts, their order is never
    // seen; the engine decides by the same property whether spikes are sent at all.
    for (std::size_t p = baseline.graph_.populations.size(); p < graph_.populations.size(); ++p) {
        if (!engine_.needs_counts_only(p)) return false;
    }
    return true;
}

std::size_t Arm::last_sender(std::size_t population) const {
    // An edit that inserts a relay moves all projections of its source behind it, so such a source has no other target,
    // and the first one found is the one. The descent ends: a relay holds its window, and held windows on a cycle are
    // refused when the graph is validated.
    for (const CompiledProjection& projection : network_.projections) {
        const auto target = projection.target;
        if (projection.source == population && network_.populations[target].is_relay()) return last_sender(target);
    }
    return population;
}

Workspace& ArmWorkspaces::of(const Arm& arm) {
    // A worker runs one arm at a time, and a run begins by resetting all that it reads, so arms whose arrays have the
    // same sizes need no memory of their own: those that only change neurons share the baseline's. What a run leaves
    // behind has to be read before the next one. References stay valid, because a map never moves its elements.
    WorkspaceKind kind = arm.engine().workspace_kind();
    const auto found = workspaces_.find(kind);
    if (found != workspaces_.end()) return found->second;
    return workspaces_.emplace(std::move(kind), arm.engine().make_workspace()).first->second;
}

}  // namespace syncopate
