#pragma once

#include "core/engine/sample_run.hpp"
#include "io/run/sample_batch.hpp"
#include "io/study/arm.hpp"
#include "io/study/run_plan.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace syncopate {

/// Spikes that a layer passes on, and what they cost.
struct SpikeTally {
    std::int64_t spikes = 0;
    std::int64_t synaptic_operations = 0;

    void add(const SpikeTally& other) {
        spikes += other.spikes;
        synaptic_operations += other.synaptic_operations;
    }
};

/// What all runs of one sample gave.
struct SampleOutcomes {
    std::int64_t position = 0;                    // among the study's samples
    std::int32_t ann = -1;                        // class that the ANN chooses, if there is one
    std::vector<std::int32_t> predictions;        // of every run of the plan
    std::vector<std::vector<SpikeTally>> layers;  // of every run, of every firing layer
    std::vector<double> logits = {};              // of every run, if the runner is asked for them
};

/// What the runs of a study have in common.
struct StudyRuns {
    std::vector<std::unique_ptr<Arm>> arms;  // the baseline first
    std::vector<Tick> T;
    std::vector<std::uint64_t> seeds;
    RunPlan plan;
    std::size_t layers = 0;  // firing layers
};

/// What a runner tells beside the outcomes.
struct RunnerOptions {
    bool wants_logits = false;                      // whether outcomes have logits
    std::function<void(std::int64_t)> ticked = {};  // told how many ticks of a run have just passed; may be empty
};

/// Runs samples through all arms of a study, one after the other; has the memory of one worker.
class SampleRunner {
public:
    /// `study` must outlive the runner.
    explicit SampleRunner(const StudyRuns& study, RunnerOptions options = {});

    /// Throws Error, naming the sample, if its input cannot be run.
    void run(const Sample& sample, SampleOutcomes& outcomes);

private:
    class Keeper;
    void run(const PlannedRun& planned, const Sample& sample, std::span<const std::int32_t> input,
             SampleOutcomes& outcomes);

    const StudyRuns& study_;
    RunnerOptions options_;
    ArmWorkspaces workspaces_;
    std::vector<std::vector<Window>> kept_;         // of every key
    std::vector<std::vector<SpikeTally>> tallies_;  // of every key, for every T
};

}  // namespace syncopate
