#pragma once

#include "core/compiled_network.hpp"
#include "core/engine/advance.hpp"
#include "core/engine/engine_plan.hpp"
#include "core/engine/executor.hpp"
#include "core/engine/observer.hpp"
#include "core/engine/sample_run.hpp"
#include "core/engine/workspace.hpp"
#include "core/engine/workspace_kind.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

struct EngineOptions {
    /// Longest window, in ticks: working memory does not grow with T beyond it.
    Tick chunk = 32;
    PlanOptions plan = {};
};

/// Conservative parallel discrete-event simulation of a compiled network (DESIGN.md, section 3).
///
/// Every population is advanced to the smallest horizon of its sources, window after window, in the order of the
/// network. Bands of a population are advanced in parallel by an executor: each writes its own potentials, its own
/// counts and its own segment of the window, and reads only sealed windows. Samples are independent.
///
/// Ticks are local: every population lives in a window of T ticks of its own, its phase says which (DESIGN.md, section
/// 2), and a spike sent at tick t of its source's window arrives at tick t + delay of its target's window. So phases
/// are run one after the other, and within a phase windows are cut into chunks. The network must outlive the engine.
class Engine {
public:
    explicit Engine(const CompiledNetwork& network, EngineOptions options = {});

    /// `band_workers`: concurrency of the executor that will advance bands.
    Workspace make_workspace(int band_workers = 1) const;
    /// Engines of the same kind can use each other's workspaces.
    WorkspaceKind workspace_kind() const;

    /// Runs one sample from its beginning. Throws Error, naming the population, if the analogue input drives a neuron
    /// beyond what fixed point holds, or values of linear populations could sum beyond 64 bits.
    void run(Workspace& workspace, const SampleRun& sample, Executor& bands, Observer& observer) const;

    /// Which populations run() simulates: all but those whose spikes are given (of `replayed` only the populations are
    /// looked at) and those that only these need.
    std::vector<bool> live_populations(std::span<const ReplayedSpikes> replayed) const;

    /// Spikes of every neuron (flat C·H·W) in the last sample run.
    std::vector<std::int32_t> spike_counts(const Workspace& workspace, std::size_t population) const;
    /// Membrane potentials (flat C·H·W) after the last sample run.
    std::vector<Charge> potentials(const Workspace& workspace, std::size_t population) const;
    /// Accumulate operations of the last sample run, on the original network's operators: those that the population's
    /// spikes caused, or all.
    std::int64_t synaptic_operations(const Workspace& workspace, std::size_t population) const;
    std::int64_t synaptic_operations(const Workspace& workspace) const;

    /// Which kind delivers each projection (delivery_kinds.hpp), in the network's order.
    std::vector<std::string_view> deliveries() const;
    /// Whether nobody needs more of the population's spikes than how often each neuron sends one, whatever is watched.
    bool needs_counts_only(std::size_t population) const { return plan_.populations[population].is_counted; }

    /// Synaptic operations that a spike of every neuron of a population causes, row by row with channels innermost;
    /// empty for one that sends none.
    const std::vector<std::int64_t>& fan_out(std::size_t population) const {
        return plan_.populations[population].fan_out;
    }

    const CompiledNetwork& network() const { return network_; }

private:
    void begin(const RunContext& run) const;
    void choose_counted(const RunContext& run) const;
    void replay(const RunContext& run, const ReplayedSpikes& given) const;
    Tick horizon_of(const Workspace& workspace, std::size_t population) const;
    void run_phase(const RunContext& run, std::int32_t phase) const;
    bool reads_values(std::size_t population) const;
    void forget_delivered(const RunContext& run) const;

    const CompiledNetwork& network_;
    EngineOptions options_;
    EnginePlan plan_;
};

/// One sample in fixed point, divided by 2^input_exponent (CompiledNetwork's). Throws Error naming the position of a
/// value that is then beyond ± max_input, or not a number.
std::vector<std::int32_t> to_fixed_input(std::span<const double> input, std::int32_t input_exponent = 0);

}  // namespace syncopate
