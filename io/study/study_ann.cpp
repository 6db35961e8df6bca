#include "io/study/study_ann.hpp"

#include "core/index.hpp"
#include "io/run/classes.hpp"
#include "topology/activations.hpp"

#include <algorithm>

namespace syncopate {

StudyAnn::StudyAnn(const LayerGraph& graph, std::span<const PopulationIndex> layers) : ann_(ann_of(graph)) {
    std::vector<NodeIndex> observed;
    for (std::size_t layer = 0; layer < layers.size(); ++layer) {
        const std::string& name = graph.populations[layers[layer]].name;
        const auto node = std::ranges::find(ann_.nodes, name, &AnnNode::name);
        observed.emplace_back(node - ann_.nodes.begin());
        layer_of_.emplace(observed.back(), layer);
    }
    // No node at all would mean every node to AnnInference, and each is shown at a cost.
    if (layers.empty()) observed.push_back(ann_.output);
    // In the stated order, not by oneDNN, whose last bits depend on the machine: a sample near the border of two
    // classes could change sides, and the study's bytes with it. Its bits are the same for any batch, so a batch of
    // one, which is what a worker has, changes no class.
    inference_.emplace(ann_, InferenceOptions{.arithmetic = Arithmetic::ordered, .batch = 1, .observed = observed});
}

std::int32_t StudyAnn::class_of(const Sample& sample, InferenceWorkspace& workspace) const {
    const std::vector<float> input(sample.values.begin(), sample.values.end());
    std::vector<float> logits(to_size(ann_.output_shape().size()));
    inference_->run(workspace, input, logits);
    return syncopate::class_of(std::span<const float>(logits), class_count(ann_.output_shape()));
}

std::vector<std::vector<float>> StudyAnn::activations(const Sample& sample, InferenceWorkspace& workspace) const {
    std::vector<std::vector<float>> activations(layer_of_.size());
    const std::vector<float> input(sample.values.begin(), sample.values.end());
    std::vector<float> logits(to_size(ann_.output_shape().size()));
    inference_->run(workspace, input, logits, [&](std::int32_t node, std::size_t, std::span<const float> values) {
        const auto layer = layer_of_.find(node);
        if (layer != layer_of_.end()) activations[layer->second].assign(values.begin(), values.end());
    });
    return activations;
}

}  // namespace syncopate
