#include "io/study/comparison.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace syncopate;

namespace {

/// Predictions that are right (label 1) for the samples in [begin, end), and wrong (0) for all others.
std::vector<std::int32_t> right_between(std::size_t samples, std::size_t begin, std::size_t end) {
    std::vector<std::int32_t> classes(samples, 0);
    for (std::size_t i = begin; i < end; ++i) classes[i] = 1;
    return classes;
}

StudyComparison compare(const std::vector<std::int32_t>& baseline, const std::vector<std::vector<std::int32_t>>& runs) {
    const std::vector<std::int32_t> labels(baseline.size(), 1);
    PairedPredictions predictions{.labels = labels, .baseline = baseline, .arm = {}};
    for (std::size_t r = 0; r < runs.size(); ++r) predictions.arm.push_back({.seed = 10 + r, .classes = runs[r]});
    return compare_with_baseline(predictions);
}

void judge_alone(StudyComparison& comparison) {
    StudyComparison* const all[] = {&comparison};
    judge(all);
}

}  // namespace

TEST_CASE("comparison: an arm equal to the baseline shows no evidence, with p = 1") {
    const auto baseline = right_between(50, 0, 40);
    StudyComparison comparison = compare(baseline, {baseline});
    judge_alone(comparison);
    CHECK(comparison.difference == 0.0);
    CHECK(comparison.p == 1.0);
    CHECK(comparison.p_holm == 1.0);
    CHECK(comparison.verdict == Verdict::no_evidence);
    REQUIRE(comparison.interval.has_value());
    CHECK(comparison.interval->high == doctest::Approx(-comparison.interval->low));
}

TEST_CASE("comparison: a sample counts where exactly one of the two is right, whatever the other says") {
    const std::vector<std::int32_t> labels = {3, 3, 3, 3, 3, -1};
    const std::vector<std::int32_t> baseline = {3, 3, 1, 1, 1, 2};
    const std::vector<std::int32_t> arm = {3, 4, 3, 3, 2, -1};
    const StudyComparison comparison =
        compare_with_baseline({.labels = labels, .baseline = baseline, .arm = {{.seed = 5, .classes = arm}}});
    REQUIRE(comparison.seeds.size() == 1);
    CHECK(comparison.seeds[0].seed == 5);
    CHECK(comparison.seeds[0].only_arm == 2);
    CHECK(comparison.seeds[0].only_baseline == 1);
    CHECK(comparison.difference == doctest::Approx(1.0 / 6.0));
}

TEST_CASE("comparison: one against nine of twenty samples has McNemar's p-values") {
    const StudyComparison comparison = compare(right_between(20, 1, 10), {right_between(20, 0, 1)});
    CHECK(comparison.seeds[0].p_exact == doctest::Approx(0.021484375));
    CHECK(comparison.seeds[0].p_mid == doctest::Approx(0.01171875));
    CHECK(comparison.p == comparison.seeds[0].p_exact);
    CHECK(comparison.difference == doctest::Approx(-0.4));
}

TEST_CASE("comparison: an arm without chance that loses nine samples and gains none is worse, the reverse is better") {
    const auto many = right_between(20, 0, 10);
    const auto few = right_between(20, 0, 1);
    StudyComparison loss = compare(many, {few});
    StudyComparison gain = compare(few, {many});
    judge_alone(loss);
    judge_alone(gain);
    CHECK(loss.verdict == Verdict::worse);
    CHECK(gain.verdict == Verdict::better);
    CHECK(gain.difference == -loss.difference);
}

TEST_CASE("comparison: over several seeds p and interval are of one mean over images and seeds") {
    const auto baseline = right_between(100, 0, 50);
    const StudyComparison comparison =
        compare(baseline, {right_between(100, 0, 40), right_between(100, 0, 41), right_between(100, 0, 42)});
    CHECK(comparison.difference == doctest::Approx(-0.09));
    // The seeds nearly agree, so that what counts is the images: 8 of 100 that all seeds lose, and imagined ones.
    const double images = (8.0 * 9.0 + 4.0 + 1.0 + 9.0) / 3.0 - 27.0 * 27.0 / (102.0 * 3.0);
    REQUIRE(comparison.interval.has_value());
    REQUIRE(comparison.degrees.has_value());
    const double half = (comparison.interval->high - comparison.interval->low) / 2.0;
    CHECK(half == doctest::Approx(1.98 * std::sqrt(images / 101.0 / (102.0 * 3.0))).epsilon(0.01));
    CHECK(*comparison.degrees == doctest::Approx(101.0).epsilon(0.05));
    CHECK(comparison.p < 0.05);
    CHECK(comparison.interval->high < 0.0);
}

TEST_CASE("comparison: draws in common have the degrees of freedom of the seeds") {
    const auto baseline = right_between(100, 0, 50);
    const auto first = right_between(100, 0, 40), second = right_between(100, 0, 41);
    const std::vector<std::int32_t> labels(100, 1);
    PairedPredictions pairs{
        .labels = labels, .baseline = baseline, .arm = {{.seed = 1, .classes = first}, {.seed = 2, .classes = second}}};
    CHECK(compare_with_baseline(pairs).p < 0.05);
    pairs.draws = SeedDraws::common;
    const StudyComparison common = compare_with_baseline(pairs);
    CHECK(common.degrees == 1.0);
    CHECK(common.p > 0.05);
}

TEST_CASE("comparison: gains and losses that cancel over seeds differ by exactly 0 and are no evidence") {
    const auto baseline = right_between(90, 0, 30);
    StudyComparison comparison = compare(baseline, {right_between(90, 0, 20), right_between(90, 0, 40)});
    judge_alone(comparison);
    CHECK(comparison.p == 1.0);
    CHECK(comparison.difference == 0.0);
    CHECK(comparison.verdict == Verdict::no_evidence);
}

TEST_CASE("comparison: what is identical by construction is no test, and makes no other comparison harder") {
    const auto baseline = right_between(20, 0, 10);
    const auto few = right_between(20, 0, 2);
    const std::vector<std::int32_t> labels(20, 1);
    const StudyComparison same = compare_with_baseline(
        {.labels = labels, .baseline = baseline, .arm = {{.seed = 0, .classes = baseline}}, .is_identical = true});
    CHECK_FALSE(same.interval.has_value());
    std::vector<StudyComparison> comparisons(10, same);
    comparisons[3] = compare(baseline, {few});
    std::vector<StudyComparison*> all;
    for (StudyComparison& comparison : comparisons) all.push_back(&comparison);
    judge(all);
    CHECK(comparisons[3].p_holm == comparisons[3].p);
    CHECK(comparisons[3].verdict == Verdict::worse);
    CHECK(comparisons[0].verdict == Verdict::identical);
    CHECK(comparisons[0].p_holm == 1.0);
}

TEST_CASE("comparison: equal outcomes alone are no proof of being identical, and are counted") {
    const auto baseline = right_between(20, 0, 10);
    StudyComparison comparison = compare(baseline, {baseline});
    judge_alone(comparison);
    CHECK(comparison.verdict == Verdict::no_evidence);
}

TEST_CASE("comparison: what is significant alone need not be so among many") {
    const auto baseline = right_between(20, 0, 10);
    std::vector<StudyComparison> comparisons(10, compare(baseline, {baseline}));
    comparisons[3] = compare(baseline, {right_between(20, 0, 2)});  // p = 2 / 2^8
    StudyComparison alone = comparisons[3];
    judge_alone(alone);
    CHECK(alone.verdict == Verdict::worse);
    std::vector<StudyComparison*> all;
    for (StudyComparison& comparison : comparisons) all.push_back(&comparison);
    judge(all);
    CHECK(comparisons[3].p_holm == doctest::Approx(10.0 * 2.0 / 256.0));
    CHECK(comparisons[3].is_lost_by_correction());
    CHECK_FALSE(alone.is_lost_by_correction());
    CHECK(comparisons[3].verdict == Verdict::no_evidence);
}

TEST_CASE("comparison: a small p-value whose difference is 0 has no direction, and is no evidence") {
    StudyComparison comparison;
    comparison.p = 0.001;
    judge_alone(comparison);
    CHECK(comparison.verdict == Verdict::no_evidence);
    CHECK_FALSE(comparison.is_lost_by_correction());
}

TEST_CASE("comparison: without samples there is no difference and no evidence") {
    StudyComparison comparison = compare({}, {{}, {}});
    judge_alone(comparison);
    CHECK(comparison.difference == 0.0);
    CHECK(comparison.p == 1.0);
    CHECK(comparison.verdict == Verdict::no_evidence);
}

TEST_CASE("comparison: exchanging arm and baseline turns the difference around and keeps the p-values") {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        std::vector<std::int32_t> first(40);
        std::vector<std::int32_t> second(40);
        for (auto* classes : {&first, &second})
            for (std::int32_t& c : *classes) c = static_cast<std::int32_t>(random() % 2);
        const StudyComparison there = compare(first, {second});
        const StudyComparison back = compare(second, {first});
        CHECK(there.difference == -back.difference);
        CHECK(there.seeds[0].only_arm == back.seeds[0].only_baseline);
        CHECK(there.p == back.p);
        CHECK(there.seeds[0].p_mid == back.seeds[0].p_mid);
    }
}
