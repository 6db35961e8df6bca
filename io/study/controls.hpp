#pragma once

#include "io/run/sample_batch.hpp"
#include "io/study/arm.hpp"
#include "io/study/sample_runner.hpp"
#include "io/study/study_result.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

/// What the controls look at.
struct ControlRequest {
    const LayerGraph& graph;
    const StudyRuns& study;
    std::span<const PopulationIndex> layers;  // spiking layers
    std::int64_t samples;                     // how many, from the first on
    ArmStores& stores;
};

/// The checks that make an ablation credible (DESIGN.md, section 8), on a few samples and every T, compared bit for
/// bit:
///  * relays that rearrange nothing, behind every layer that the arms edit, change nothing;
///  * rules that keep counts keep every neuron's count;
///  * rearranging before targets that only sum their window changes nothing, in a copy of the network whose layers all
///    accumulate and fire or pool by counts, without delays;
///  * the same seed gives the same bits with several threads as with one.
/// A control that the network does not allow, such as relays on a cycle, is reported as impossible, with the reason.
std::vector<StudyControl> run_controls(const ControlRequest& request, const SampleLoader& load);

}  // namespace syncopate
