#pragma once

#include "io/cli/graph_options.hpp"
#include "io/run/layer_replay.hpp"

namespace syncopate {

/// Throws UsageError, naming option, population and remedy, if --neuron or --relay edits what a replay does not
/// simulate: spikes would stay what they are, and cost and latency would not. `graph` is edited already.
void require_effects(const LayerGraph& graph, const GraphOptions& options, const LayerReplay& replay);

}  // namespace syncopate
