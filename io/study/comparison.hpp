#pragma once

#include "io/study/crossed.hpp"
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
    SeedDraws draws = SeedDraws::own;  // of whoever of the two draws
    bool is_identical = false;         // by construction: the edit cannot change a class
};

/// Compares each run of the arm with the baseline's, and over seeds; p_holm and the verdict are left to `judge`. A
/// single run has McNemar's exact p and a score interval; several have p and interval of one mean (crossed.hpp).
/// Requires: at least one run of the arm, and a prediction of everyone for every label.
StudyComparison compare_with_baseline(const PairedPredictions& predictions);

/// Fills in p_holm over all of these comparisons, which must be all of a study, and then the verdict of each. Those
/// that are identical by construction are no tests, and do not count.
void judge(std::span<StudyComparison* const> comparisons);

}  // namespace syncopate
