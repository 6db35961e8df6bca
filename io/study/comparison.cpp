#include "io/study/comparison.hpp"

#include "core/assert.hpp"
#include "io/study/statistics.hpp"

#include <cstddef>
#include <string>

namespace syncopate {

namespace {

constexpr double significance = 0.05;

StudyComparison::Seed compare_run(const PairedPredictions& predictions, const SeedPredictions& arm) {
    StudyComparison::Seed result{.seed = arm.seed};
    const std::span<const std::int32_t> baseline = arm.baseline.empty() ? predictions.baseline : arm.baseline;
    for (std::size_t i = 0; i < predictions.labels.size(); ++i) {
        const std::int32_t label = predictions.labels[i];
        // Without the test of the label, −1 for "not known" would meet the −1 of a network that chooses no class, and
        // both sides would be right.
        const bool arm_right = label >= 0 && arm.classes[i] == label;
        const bool baseline_right = label >= 0 && baseline[i] == label;
        if (arm_right && !baseline_right) ++result.only_arm;
        if (baseline_right && !arm_right) ++result.only_baseline;
    }
    const McNemar test = mcnemar(result.only_arm, result.only_baseline);
    result.p_exact = test.p_exact;
    result.p_mid = test.p_mid;
    return result;
}

std::string verdict(const StudyComparison& comparison) {
    // Why both are asked: p-values are two-sided, so over seeds they lose the direction. An arm that is much better
    // with one seed and much worse with another has small p-values in both; only the interval of the differences shows
    // that nothing follows. A single run has no interval, and needs none: its difference is what was tested. The
    // corrected p-value must be below the limit; one that is not a number is no evidence.
    const auto& interval = comparison.interval;
    if (!(comparison.p_holm < significance)) return "no evidence";
    if (comparison.difference > 0.0 && (!interval || interval->low > 0.0)) return "better";
    if (comparison.difference < 0.0 && (!interval || interval->high < 0.0)) return "worse";
    return "no evidence";
}

}  // namespace

StudyComparison compare_with_baseline(const PairedPredictions& predictions) {
    const std::size_t samples = predictions.labels.size();
    SYNCOPATE_ASSERT(!predictions.arm.empty() && predictions.baseline.size() == samples);
    StudyComparison comparison;
    std::vector<double> p;
    std::vector<double> differences;
    std::int64_t more = 0;  // samples that the arm gets right beyond the baseline, over all seeds
    for (const SeedPredictions& arm : predictions.arm) {
        SYNCOPATE_ASSERT(arm.classes.size() == samples);
        const StudyComparison::Seed seed = compare_run(predictions, arm);
        const std::int64_t difference = seed.only_arm - seed.only_baseline;
        comparison.seeds.push_back(seed);
        // The exact p-value, because the bound behind combining and Holm's correction take p-values that keep their
        // level for certain; mid-p does so only nearly, and is reported beside it.
        p.push_back(seed.p_exact);
        differences.push_back(samples == 0 ? 0.0 : static_cast<double>(difference) / static_cast<double>(samples));
        more += difference;
    }
    // Counted in samples first, so that gains and losses that cancel make exactly 0.
    const double trials = static_cast<double>(samples) * static_cast<double>(predictions.arm.size());
    comparison.difference = samples == 0 ? 0.0 : static_cast<double>(more) / trials;
    if (differences.size() >= 2) comparison.interval = t_interval(differences).interval;
    comparison.p = combine_p_values(std::move(p));
    return comparison;
}

void judge(std::span<StudyComparison* const> comparisons) {
    std::vector<double> p;
    p.reserve(comparisons.size());
    for (const StudyComparison* comparison : comparisons) p.push_back(comparison->p);
    // All of a study at once: what a comparison is corrected to depends on all others, so it cannot be told when the
    // comparison is made.
    const std::vector<double> corrected = holm(p);
    for (std::size_t i = 0; i < comparisons.size(); ++i) {
        comparisons[i]->p_holm = corrected[i];
        comparisons[i]->verdict = verdict(*comparisons[i]);
    }
}

}  // namespace syncopate
