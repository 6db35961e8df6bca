#pragma once

#include "core/compiled_network.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/executor.hpp"
#include "io/run/run_listener.hpp"
#include "io/run/run_statistics.hpp"
#include "io/run/sample_batch.hpp"
#include "topology/conversion/ann_inference.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace syncopate {

/// What one sample showed, for recorders.
struct SampleOutcome {
    std::int32_t prediction = -1;  // of the spiking network after the last tick; −1: its read-out is a map
    std::int32_t ann_prediction = -1;
    std::vector<double> logits;  // after the last tick
};

/// A network ready to be run on samples: compiled, laid out, and beside it the ANN that it was. It does not move: the
/// engine refers to the network.
class Simulation {
public:
    /// `delivery`: the kind that delivers wherever it can (delivery_kinds.hpp); it changes no result. Throws Error or
    /// RefusedError if the graph cannot be compiled or has not exactly one read-out, UsageError if a relay orders
    /// another number of ticks than the duration.
    Simulation(const LayerGraph& graph, Tick duration, std::uint64_t seed, std::string_view delivery = {});
    Simulation(const Simulation&) = delete;
    Simulation& operator=(const Simulation&) = delete;

    /// Who is told what samples show beside their statistics.
    void set_listener(RunListener listener) { listener_ = std::move(listener); }
    const RunListener& listener() const { return listener_; }

    /// The statistics of no sample, judged at the listener's ticks.
    RunStatistics no_statistics() const;

    /// Runs `count` samples, each on one worker of the executor, and returns what they add up to: the same numbers for
    /// any executor. `done` is told from any thread how many samples have just ended.
    RunStatistics run(std::int64_t count, const SampleLoader& load, Executor& executor,
                      const std::function<void(std::int64_t)>& done) const;

    /// Runs one sample, its bands in parallel, under the eyes of an observer, and adds it to the statistics.
    SampleOutcome run_observed(const Sample& sample, Executor& bands, Observer& observer,
                               std::span<PopulationProbe> probes, RunStatistics& statistics) const;

    /// Runs one sample of which the spikes of some populations are known, and adds it to the statistics. The sample
    /// needs values only if a population that is simulated takes the input. `observer` may be null.
    SampleOutcome replay(const Sample& sample, std::span<const ReplayedSpikes> replayed, Executor& bands,
                         Observer* observer, RunStatistics& statistics) const;

    const CompiledNetwork& network() const { return network_; }
    const Engine& engine() const { return engine_; }
    std::size_t read_out() const { return read_out_; }
    /// Classes that the read-out tells apart; 0 if it is a map.
    std::int64_t class_count() const { return class_count_; }
    Tick duration() const { return duration_; }
    std::uint64_t seed() const { return seed_; }
    bool has_ann() const { return ann_.has_value(); }
    DrawKey key(const Sample& sample) const { return {seed_, static_cast<std::uint32_t>(sample.index)}; }

private:
    /// What may come to a sample besides itself.
    struct Circumstances {
        std::int32_t ann_prediction = -1;
        Observer* observer = nullptr;
        std::span<PopulationProbe> probes = {};
        std::span<const ReplayedSpikes> replayed = {};
    };
    std::vector<std::int32_t> ann_predictions(std::span<const Sample> samples, InferenceWorkspace& workspace) const;
    SampleOutcome simulate(const Sample& sample, const Circumstances& circumstances, Executor& bands,
                           Workspace& workspace, RunStatistics& statistics) const;

    CompiledNetwork network_;
    Engine engine_;
    std::optional<AnnGraph> ann_graph_;
    std::optional<AnnInference> ann_;
    Tick duration_;
    std::uint64_t seed_;
    std::size_t read_out_ = 0;
    std::int64_t class_count_ = 0;
    RunListener listener_;
};

/// The network's only read-out. Throws Error if there is none or another.
std::size_t find_read_out(const CompiledNetwork& network);

}  // namespace syncopate
