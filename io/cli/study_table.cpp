#include "io/cli/study_table.hpp"

#include "io/run/formatted.hpp"
#include "io/run/share.hpp"

#include <algorithm>

namespace syncopate {

namespace {

std::string label_of(const StudyArm& arm) { return arm.name + (arm.layers.empty() ? "" : " @ " + arm.layers); }

std::string accuracy_of(const StudyResult& result, const StudyCell& cell) {
    std::int64_t correct = 0;
    for (const SeedOutcome& seed : cell.seeds) correct += seed.correct;
    const double mean = 100.0 * ratio(correct, result.samples * std::ssize(cell.seeds));
    if (cell.interval)
        return formatted("%6.2f  [%5.2f, %5.2f] t", mean, 100.0 * cell.interval->low, 100.0 * cell.interval->high);
    const Share share = share_of(correct / std::ssize(cell.seeds), result.samples);
    return formatted("%6.2f  [%5.2f, %5.2f] W", mean, 100.0 * share.wilson_low, 100.0 * share.wilson_high);
}

std::string comparison_of(const StudyCell& cell) {
    if (!cell.comparison) return "";
    const StudyComparison& c = *cell.comparison;
    const std::string interval =
        c.interval ? formatted(" [%+6.2f, %+6.2f]", 100.0 * c.interval->low, 100.0 * c.interval->high) : "";
    return formatted("  %+7.2f%-18s %9.2g  %s", 100.0 * c.difference, interval.c_str(), c.p_holm, c.verdict.c_str());
}

std::string costs_of(const StudyResult& result, const StudyCell& cell) {
    std::int64_t spikes = 0, operations = 0;
    for (const LayerTally& layer : cell.layers) {
        spikes += layer.spikes;
        operations += layer.synaptic_operations;
    }
    const std::int64_t runs = result.samples * std::ssize(cell.seeds);
    return formatted("  %9.3g  %9.3g  %6d", ratio(spikes, runs), ratio(operations, runs), cell.T + cell.extra_ticks);
}

}  // namespace

std::string study_table(const StudyResult& result) {
    std::string text =
        formatted("%lld samples, %zu seeds\n", static_cast<long long>(result.samples), result.manifest.seeds.size());
    if (result.has_labels && result.has_ann) {
        const Share ann = share_of(result.ann_correct, result.samples);
        text += formatted("ANN accuracy %.2f %%  [%.2f, %.2f]\n", 100.0 * ann.value, 100.0 * ann.wilson_low,
                          100.0 * ann.wilson_high);
    }
    int width = 8;
    for (const StudyArm& arm : result.arms) width = std::max(width, static_cast<int>(label_of(arm).size()));
    width = std::min(width, 48);
    text += formatted("\n%5s  %-*s  %-24s  %9s  %9s  %6s  %s\n", "T", width, "arm", "accuracy, % [95 %]", "spikes",
                      "ACs", "ticks", "difference, points [95 %]     p (Holm)  verdict");
    for (const StudyCell& cell : result.cells) {
        text += formatted("%5d  %-*.*s  ", cell.T, width, width, label_of(result.arms[cell.arm]).c_str());
        text += result.has_labels ? accuracy_of(result, cell) : std::string(25, ' ');
        text += costs_of(result, cell) + comparison_of(cell) + "\n";
    }
    text +=
        "t: t-interval over seeds; W: Wilson interval of one run. Spikes and accumulates (ACs) are of one sample, "
        "ticks the whole latency.\np: McNemar exact, over seeds twice the median, Holm over all comparisons.\n";
    for (const StudyControl& control : result.controls)
        text += "control " + control.name + ": " + (control.passed ? "passed" : "FAILED") + "\n";
    return text;
}

}  // namespace syncopate
