#pragma once

#include "io/run/sample_batch.hpp"
#include "io/study/study.hpp"
#include "topology/layer_graph.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace syncopate {

/// input → layer1 → … → layerN → out, six neurons each, fully connected with random weights, with a shortcut around
/// layer 2 if there is one. Layers replace ReLUs.
LayerGraph chain_network(int layers);

/// Random samples of the chain's input, labelled with random classes; the same for the same position.
Sample chain_sample(std::int64_t position);

/// A study of chain_network(3) with these arms on all layers.
StudyDesign chain_study(const std::string& arms, std::int64_t samples);

/// Runs it on an executor, with its checkpoint at `checkpoint`. `load` may be replaced.
StudyResult run_chain_study(const StudyDesign& design, Executor& executor, const std::filesystem::path& checkpoint,
                            const SampleLoader& load = chain_sample);

}  // namespace syncopate
