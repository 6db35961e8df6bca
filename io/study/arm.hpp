#pragma once

#include "core/compiled_network.hpp"
#include "core/delivery/delivery_store.hpp"
#include "core/engine/engine.hpp"
#include "io/study/arm_edit.hpp"
#include "topology/compiler/synapse_store.hpp"
#include "topology/layer_graph.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace syncopate {

/// What the arms of a study have in common, so that nobody holds it twice.
struct ArmStores {
    SynapseStore synapses;
    DeliveryStore deliveries;
};

/// One arm of a study, ready to run: what it edits, the network that comes of it, and the engine of that. It does not
/// move: the engine refers to the network.
class Arm {
public:
    /// `baseline`: the network before the edit. Throws as edited and compile do, and Error unless there is exactly one
    /// read-out.
    Arm(const LayerGraph& baseline, ArmEdit edit, ArmStores& stores);
    Arm(const Arm&) = delete;
    Arm& operator=(const Arm&) = delete;

    const ArmEdit& edit() const { return edit_; }
    /// Without its tensors: what they hold is in the contents, and in the compiled network.
    const LayerGraph& graph() const { return graph_; }
    /// Of every population: a hash of all that decides its spikes beside those of its sources (graph_content.hpp).
    const std::vector<std::string>& contents() const { return contents_; }
    const CompiledNetwork& network() const { return network_; }
    const Engine& engine() const { return engine_; }
    std::size_t read_out() const { return read_out_; }
    /// The population that passes on the spikes of layer k of the baseline: the layer, or the last relay behind it.
    std::size_t sender(std::size_t layer) const { return senders_[layer]; }
    /// Synaptic operations that a spike of each neuron of a population costs when the relays behind it have passed it
    /// on, channels last: the same in all arms, because relays take over the targets of their source. Empty: it has
    /// none.
    const std::vector<std::int64_t>& fan_out(std::size_t population) const {
        return engine_.fan_out(last_sender(population));
    }
    /// Whether it draws random numbers, so that it is run once for each seed.
    bool has_chance() const;
    /// Whether some of its draws are the same for all samples of a seed.
    bool has_common_draws() const;
    /// Whether its classes are the baseline's at this T whatever the samples are, by what the edit is and where it
    /// acts: it leaves every window as it is, or rearranges what its readers only count.
    bool is_identical(const Arm& baseline, Tick T) const;

private:
    std::size_t last_sender(std::size_t population) const;

    ArmEdit edit_;
    LayerGraph graph_;
    std::vector<std::string> contents_;
    CompiledNetwork network_;
    Engine engine_;
    std::size_t read_out_ = 0;
    std::vector<std::size_t> senders_;
};

/// The workspaces of one worker, which the networks of many arms share.
class ArmWorkspaces {
public:
    Workspace& of(const Arm& arm);

private:
    std::map<WorkspaceKind, Workspace> workspaces_;
};

}  // namespace syncopate
