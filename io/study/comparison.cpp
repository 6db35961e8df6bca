#include "io/study/comparison.hpp"

#include "core/assert.hpp"
#include "core/index.hpp"
#include "io/run/share.hpp"
#include "io/study/statistics.hpp"

#include <cstddef>

namespace syncopate {

namespace {

constexpr double significance = 0.05;

Verdict verdict_of(const StudyComparison& comparison) {
    // Only p decides, since p and interval are of one statistic: an interval that is not corrected and leaves out 0 is
    // no second opinion. What is not a number is no evidence.
    if (comparison.verdict == Verdict::identical || !(comparison.p_holm < significance)) return comparison.verdict;
    if (comparison.difference > 0.0) return Verdict::better;
    return comparison.difference < 0.0 ? Verdict::worse : Verdict::no_evidence;
}

/// Whether the arm, or the baseline, is right: −1, 0 or 1 for a sample and a seed.
class Differences {
public:
    explicit Differences(const PairedPredictions& predictions) : p_(predictions) {}

    std::int64_t operator()(std::int64_t sample, std::int64_t seed) const {
        const SeedPredictions& arm = p_.arm[to_size(seed)];
        const std::span<const std::int32_t> baseline = arm.baseline.empty() ? p_.baseline : arm.baseline;
        return is_right(arm.classes, sample) - is_right(baseline, sample);
    }

private:
    int is_right(std::span<const std::int32_t> classes, std::int64_t sample) const {
        const std::int32_t label = p_.labels[to_size(sample)];
        // Without the test of the label, −1 for "not known" would meet the −1 of a network that chooses no class, and
        // both sides would be right.
        return label >= 0 && classes[to_size(sample)] == label ? 1 : 0;
    }

    const PairedPredictions& p_;
};

StudyComparison::Seed compare_run(const PairedPredictions& predictions, std::int64_t seed) {
    StudyComparison::Seed result{.seed = predictions.arm[to_size(seed)].seed};
    const Differences difference(predictions);
    for (std::int64_t i = 0; i < std::ssize(predictions.labels); ++i) {
        const std::int64_t own = difference(i, seed);
        result.only_arm += own > 0 ? 1 : 0;
        result.only_baseline += own < 0 ? 1 : 0;
    }
    const McNemar test = mcnemar(result.only_arm, result.only_baseline);
    result.p_exact = test.p_exact;
    result.p_mid = test.p_mid;
    return result;
}

void compare_crossed(StudyComparison& comparison, const PairedPredictions& predictions) {
    const CrossedSums sums = with_imagined_differences(
        crossed_sums(std::ssize(predictions.labels), std::ssize(predictions.arm), Differences(predictions)));
    const CrossedMean mean = crossed_mean(sums, predictions.draws);
    comparison.interval = t_interval(mean);
    comparison.p = p_of_zero(mean);
    comparison.degrees = mean.degrees;
    comparison.variance = {.image = mean.image, .seed = mean.seed, .rest = mean.rest};
}

}  // namespace

StudyComparison compare_with_baseline(const PairedPredictions& predictions) {
    const std::int64_t samples = std::ssize(predictions.labels);
    SYNCOPATE_ASSERT(!predictions.arm.empty() && std::ssize(predictions.baseline) == samples);
    StudyComparison comparison;
    if (predictions.is_identical) comparison.verdict = Verdict::identical;
    std::int64_t more = 0;  // samples that the arm gets right beyond the baseline, over all seeds
    for (std::int64_t s = 0; s < std::ssize(predictions.arm); ++s) {
        SYNCOPATE_ASSERT(std::ssize(predictions.arm[to_size(s)].classes) == samples);
        comparison.seeds.push_back(compare_run(predictions, s));
        more += comparison.seeds.back().only_arm - comparison.seeds.back().only_baseline;
    }
    // Counted in samples first, so that gains and losses that cancel make exactly 0.
    comparison.difference = ratio(more, samples * std::ssize(predictions.arm));
    if (samples == 0 || predictions.is_identical) return comparison;
    if (predictions.arm.size() >= 2) {
        compare_crossed(comparison, predictions);
        return comparison;
    }
    const StudyComparison::Seed& run = comparison.seeds.front();
    comparison.p = run.p_exact;
    comparison.interval = paired_interval(run.only_arm, run.only_baseline, samples);
    return comparison;
}

void judge(std::span<StudyComparison* const> comparisons) {
    std::vector<double> p;
    std::vector<StudyComparison*> tests;
    for (StudyComparison* const comparison : comparisons) {
        if (comparison->verdict == Verdict::identical) continue;
        tests.push_back(comparison);
        p.push_back(comparison->p);
    }
    // All of a study at once: what a comparison is corrected to depends on all others, so it cannot be told when the
    // comparison is made.
    const std::vector<double> corrected = holm(p);
    for (std::size_t i = 0; i < tests.size(); ++i) {
        tests[i]->p_holm = corrected[i];
        tests[i]->verdict = verdict_of(*tests[i]);
    }
}

}  // namespace syncopate
