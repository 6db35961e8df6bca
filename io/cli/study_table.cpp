#include "io/cli/study_table.hpp"

#include "io/plot/text_width.hpp"
#include "io/run/formatted.hpp"
#include "io/run/share.hpp"
#include "io/study/presentation.hpp"

#include <algorithm>

namespace syncopate {

namespace {

constexpr std::size_t longest_label = 48;
constexpr std::size_t accuracy_width = 26;  // of "100.00  [100.00, 100.00] c"

/// The first characters of a UTF-8 text, filled with spaces up to the width.
std::string padded(const std::string& text, std::size_t width) {
    std::size_t end = 0;
    std::size_t characters = 0;
    for (; end < text.size(); ++end) {
        if ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) continue;
        if (characters == width) break;
        ++characters;
    }
    return text.substr(0, end) + std::string(width - characters, ' ');
}

std::string accuracy_of(const StudyResult& result, const StudyCell& cell) {
    std::int64_t correct = 0;
    for (const SeedOutcome& seed : cell.seeds) correct += seed.correct;
    const double mean = 100.0 * ratio(correct, result.samples * std::ssize(cell.seeds));
    if (cell.interval) {
        const Interval interval = *cell.interval;
        return formatted("%6.2f  [%5.2f, %5.2f] c", mean, 100.0 * interval.low, 100.0 * interval.high);
    }
    const Share share = share_of(correct / std::ssize(cell.seeds), result.samples);
    return formatted("%6.2f  [%5.2f, %5.2f] W", mean, 100.0 * share.wilson_low, 100.0 * share.wilson_high);
}

std::string comparison_of(const StudyCell& cell) {
    if (!cell.comparison) return "";
    const StudyComparison& c = *cell.comparison;
    const std::string interval =
        c.interval ? formatted(" [%+6.2f, %+6.2f]", 100.0 * c.interval->low, 100.0 * c.interval->high) : "";
    const std::string lost = c.is_lost_by_correction() ? formatted(" (p %.2g before correction)", c.p) : "";
    return formatted("  %+7.2f%-18s %9.2g  %s%s", 100.0 * c.difference, interval.c_str(), c.p_holm,
                     to_string(c.verdict).c_str(), lost.c_str());
}

std::string cost_columns(const StudyResult& result, const StudyCell& cell) {
    const CellCosts costs = costs_of(cell, result.samples);
    return formatted("  %9.3g  %9.3g  %6d", costs.spikes, costs.synaptic_operations, cell.T + cell.extra_ticks);
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
    std::size_t width = 8;
    for (const StudyArm& arm : result.arms) width = std::max(width, character_count(label_of(arm)));
    width = std::min(width, longest_label);
    text += formatted("\n%5s  ", "T") + padded("arm", width) + "  " + padded("accuracy, % [95 %]", accuracy_width);
    text +=
        formatted("  %9s  %9s  %6s  %s\n", "spikes", "ACs", "ticks", "difference, points [95 %]     p (Holm)  verdict");
    for (const StudyCell& cell : result.cells) {
        text += formatted("%5d  ", cell.T) + padded(label_of(result.arms[cell.arm]), width) + "  ";
        text += padded(result.has_labels ? accuracy_of(result, cell) : "", accuracy_width);
        text += cost_columns(result, cell) + comparison_of(cell) + "\n";
    }
    text +=
        "Intervals: W Wilson's of one run, c of images crossed with seeds; those of differences are not corrected for "
        "the number of\ncomparisons, p (Holm) and verdict are. Identical: by construction. Spikes and accumulates "
        "(ACs) "
        "are of one sample, ticks the whole latency.\n";
    for (const StudyControl& control : result.controls)
        text +=
            "control " + control.name + ": " + (control.has_failed() ? "FAILED" : to_string(control.outcome)) + "\n";
    return text;
}

}  // namespace syncopate
