#pragma once

#include "core/compiled_network.hpp"
#include "core/engine/engine_plan.hpp"
#include "core/engine/executor.hpp"
#include "core/engine/observer.hpp"
#include "core/engine/sample_run.hpp"
#include "core/engine/workspace.hpp"
#include "core/tick.hpp"

#include <cstddef>

namespace syncopate {

/// One sample in flight, for those who advance its populations.
struct RunContext {
    const CompiledNetwork& network;
    const EnginePlan& plan;
    Workspace& workspace;
    const SampleRun& sample;
    Executor& bands;
    Observer& observer;

    /// Whether the population takes the sums of its window at once. A probe wants to see every tick; and pooling
    /// neurons then say no more than counts.
    bool is_coalesced(std::size_t population) const {
        if (network.populations[population].is_pooling() && !workspace.populations[population].is_counted) return false;
        return plan.populations[population].is_coalesced && sample.probes.empty();
    }
    /// Whether it can only be advanced over its whole window.
    bool advances_at_once(std::size_t population) const {
        return network.populations[population].is_relay() || is_coalesced(population);
    }
};

/// Advances one population over some of its local ticks and seals what it sends. Its sources' spikes are known.
/// Writes the population's state, its lane of the event queue and its probes; bands are advanced in parallel.
/// Requires: `ticks` begin at the population's `now`; all of the window, if it advances at once.
void advance_population(const RunContext& run, std::size_t population, TickRange ticks);

}  // namespace syncopate
