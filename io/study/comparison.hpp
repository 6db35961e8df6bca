#pragma once

#include "io/study/study_result.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

/// What one run said of each sample.
struct SeedPredictions {
    std::uint64_t seed = 0;
    std::span<const std::int32_t> classes;
    std::span<const std::int32_t> baseline = {};  // the baseline's run with this seed, if it draws random numbers too
};

/// Two arms on the same samples, in the same order. A baseline that draws no random numbers has one run.
struct PairedPredictions {
    std::span<const std::int32_t> labels;  // −1: not known; nobody gets such a sample right
    std::span<const std::int32_t> baseline;
    std::vector<SeedPredictions> arm;
};

/// Compares each run of the arm with the baseline's, and over seeds; p_holm and the verdict are left to `judge`.
/// Requires: at least one run of the arm, and a prediction of everyone for every label.
StudyComparison compare_with_baseline(const PairedPredictions& predictions);

/// Fills in p_holm over all of these comparisons, which must be all of a study, and then the verdict of each.
void judge(std::span<StudyComparison* const> comparisons);

}  // namespace syncopate
