#include "io/study/study_csv.hpp"

#include "core/assert.hpp"
#include "io/run/csv_row.hpp"
#include "io/run/share.hpp"

#include <algorithm>
#include <string_view>

namespace syncopate {

namespace {

constexpr std::string_view header =
    "arm,layers,T,seed,samples,correct,accuracy,wilson_low,wilson_high,agreement_with_ann,difference_to_baseline,"
    "mcnemar_only_arm,mcnemar_only_baseline,p_exact,p_mid,p,p_holm,verdict,spikes_per_sample,"
    "synaptic_operations_per_sample,extra_ticks,total_ticks\n";

void add_accuracy(CsvRow& row, const SeedOutcome& outcome, const StudyResult& study) {
    row.add(study.samples);
    if (study.has_labels) {
        const Share accuracy = share_of(outcome.correct, study.samples);
        row.add(outcome.correct);
        row.add(accuracy.value);
        row.add(accuracy.wilson_low);
        row.add(accuracy.wilson_high);
    } else {
        row.add_empty(4);
    }
    if (study.has_ann) {
        row.add(ratio(outcome.agreement, study.samples));
    } else {
        row.add_empty(1);
    }
}

void add_comparison(CsvRow& row, const StudyCell& cell, const SeedOutcome& outcome, std::int64_t samples) {
    if (!cell.comparison) {
        row.add_empty(8);
        return;
    }
    const StudyComparison& comparison = *cell.comparison;
    // By its number, not its position: where only the baseline draws random numbers, the comparison has all seeds and
    // the cell a single one.
    const auto seed = std::ranges::find(comparison.seeds, outcome.seed, &StudyComparison::Seed::seed);
    SYNCOPATE_ASSERT(seed != comparison.seeds.end());
    // From the counts, in which what both get right has cancelled; the difference of two rounded accuracies would not
    // be exactly 0 where it should be.
    row.add(ratio(seed->only_arm - seed->only_baseline, samples));
    row.add(seed->only_arm);
    row.add(seed->only_baseline);
    row.add(seed->p_exact);
    row.add(seed->p_mid);
    row.add(comparison.p);
    row.add(comparison.p_holm);
    row.add(to_string(comparison.verdict));
}

void add_cost(CsvRow& row, const StudyCell& cell, const SeedOutcome& outcome, std::int64_t samples) {
    row.add(ratio(outcome.spikes, samples));
    row.add(ratio(outcome.synaptic_operations, samples));
    row.add(cell.extra_ticks);
    row.add(std::int64_t{cell.T} + cell.extra_ticks);
}

}  // namespace

std::string study_csv(const StudyResult& study) {
    std::string text(header);
    for (const StudyCell& cell : study.cells) {
        SYNCOPATE_ASSERT(cell.arm < study.arms.size());
        const StudyArm& arm = study.arms[cell.arm];
        for (const SeedOutcome& outcome : cell.seeds) {
            CsvRow row;
            row.add(arm.name);
            row.add(arm.layers);
            row.add(cell.T);
            row.add(outcome.seed);
            add_accuracy(row, outcome, study);
            add_comparison(row, cell, outcome, study.samples);
            add_cost(row, cell, outcome, study.samples);
            text += row.line();
        }
    }
    return text;
}

}  // namespace syncopate
