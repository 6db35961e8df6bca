#pragma once

#include "core/compiled_network.hpp"
#include "core/engine/engine.hpp"
#include "topology/layer_graph.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace syncopate {

/// One arm of a study, ready to run. It does not move: the engine refers to the network.
class StudyNetwork {
public:
    /// `layers`: positions of the firing layers in the graph, which every arm has in common. Throws as compile does,
    /// and Error unless there is exactly one read-out.
    StudyNetwork(const LayerGraph& graph, const std::vector<std::int32_t>& layers);
    StudyNetwork(const StudyNetwork&) = delete;
    StudyNetwork& operator=(const StudyNetwork&) = delete;

    const CompiledNetwork& network() const { return network_; }
    const Engine& engine() const { return engine_; }
    std::size_t read_out() const { return read_out_; }
    /// The population that passes on the spikes of layer k: the layer, or the last relay behind it.
    std::size_t sender(std::size_t layer) const { return senders_[layer]; }
    /// Networks of equal text can share a workspace.
    const std::string& workspace_kind() const { return workspace_kind_; }

private:
    std::size_t last_sender(std::size_t population) const;

    CompiledNetwork network_;
    Engine engine_;
    std::size_t read_out_ = 0;
    std::vector<std::size_t> senders_;
    std::string workspace_kind_;
};

/// The workspaces of one worker, which the networks of many arms share.
class StudyWorkspaces {
public:
    Workspace& of(const StudyNetwork& network);

private:
    std::map<std::string, Workspace> workspaces_;  // of every kind of network
};

}  // namespace syncopate
