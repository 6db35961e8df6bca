#pragma once

#include "io/run/sample_batch.hpp"
#include "topology/conversion/ann_inference.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace syncopate {

/// The ANN that a study's network was converted from, in an arithmetic that is the same on every machine.
class StudyAnn {
public:
    /// `layers`: positions in the graph of the firing layers whose activations are wanted.
    explicit StudyAnn(const LayerGraph& graph, std::span<const PopulationIndex> layers = {});

    InferenceWorkspace make_workspace() const { return inference_->make_workspace(); }

    /// The class that it chooses.
    std::int32_t class_of(const Sample& sample, InferenceWorkspace& workspace) const;

    /// Activations, [layer][neuron, flat C·H·W].
    std::vector<std::vector<float>> activations(const Sample& sample, InferenceWorkspace& workspace) const;

private:
    AnnGraph ann_;
    std::optional<AnnInference> inference_;
    std::map<NodeIndex, std::size_t> layer_of_;  // of a node
};

}  // namespace syncopate
