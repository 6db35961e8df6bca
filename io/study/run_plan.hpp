#pragma once

#include "core/tick.hpp"
#include "io/study/arm.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace syncopate {

/// Spikes that one run makes and others use: those of a population whose whole history (its content, its
/// sources, the seed and T as far as they matter) is the same in all of them. `key` numbers such histories.
struct SharedSpikes {
    std::size_t population = 0;
    std::size_t key = 0;
};

/// One run of every sample: an arm with a seed at a T.
struct PlannedRun {
    std::size_t arm = 0;
    std::size_t T = 0;                   // positions in the study's lists
    std::size_t seed = 0;                // 0 for an arm without chance
    std::vector<std::size_t> key;        // of every population
    std::vector<bool> simulates;         // populations that the run computes; the others' spikes are known already
    std::vector<SharedSpikes> replayed;  // known spikes that it starts from
    std::vector<SharedSpikes> kept;      // spikes to be kept for later runs
    std::vector<std::size_t> released;   // keys that nobody needs after it
};

/// All runs of a sample, in order: what arms share, the part of the network before the first edit above all, is
/// simulated once. A shorter window is the beginning of a longer one where no window is held and none rearranged.
struct RunPlan {
    std::vector<PlannedRun> runs;
    std::size_t key_count = 0;
    std::vector<bool> depends_on_T;  // of every key
};

/// `seeds`: how many. Requires: T ascends.
RunPlan plan_runs(std::span<const std::unique_ptr<Arm>> arms, std::span<const Tick> T, std::size_t seeds);

}  // namespace syncopate
