#pragma once

#include "core/engine/executor.hpp"
#include "io/run/sample_batch.hpp"
#include "io/study/layer_timing.hpp"
#include "io/study/sample_runner.hpp"
#include "io/study/study_result.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace syncopate {

/// One arm at one T with the first seed, looked at closely on the study's first samples.
struct DetailCell {
    std::size_t arm = 0;
    std::size_t T = 0;                // position in the study's list
    std::vector<LayerTiming> layers;  // of every firing layer
    /// Of the first sample: the spike trains that one layer passes on, neuron by neuron (C·H·W), local ticks.
    std::vector<std::vector<Tick>> trains;
};

/// What the pass looks at.
struct DetailRequest {
    const StudyRuns& study;
    const LayerGraph& graph;                     // the baseline's
    const std::vector<PopulationIndex>& layers;  // firing layers, positions in the graph
    std::size_t traced = 0;                      // the layer whose trains are kept (a position in `layers`)
    std::int64_t samples = 0;
};

/// Runs the samples once more, whole, and looks at the spikes of every layer. Samples are run in parallel; the result
/// does not depend on that. `done` is told how many samples have just ended.
std::vector<DetailCell> run_details(const DetailRequest& request, const SampleLoader& load, Executor& executor,
                                    const std::function<void(std::int64_t)>& done);

}  // namespace syncopate
