#include "io/plot/axis.hpp"
#include "io/plot/dot_rows.hpp"
#include "io/plot/escape.hpp"
#include "io/plot/number_label.hpp"
#include "io/report/far_values.hpp"
#include "io/report/number_text.hpp"
#include "io/report/sections.hpp"

#include <algorithm>

namespace syncopate::report {

namespace {

constexpr std::size_t most_rows = 60;
constexpr std::size_t columns_a_figure = 4;

/// None where there is no evidence.
std::optional<SeriesStyle> verdict_sign(Verdict verdict) {
    if (verdict == Verdict::better) return SeriesStyle{.colour = palette::blue, .marker = Marker::triangle};
    if (verdict == Verdict::worse) return SeriesStyle{.colour = palette::vermilion, .marker = Marker::nabla};
    return std::nullopt;
}

/// The middle one of a count over the seeds.
std::string median(const StudyComparison& comparison, std::int64_t StudyComparison::Seed::*count) {
    std::vector<std::int64_t> counts;
    for (const StudyComparison::Seed& seed : comparison.seeds) counts.push_back(seed.*count);
    if (counts.empty()) return "–";
    std::sort(counts.begin(), counts.end());
    return grouped_digits(counts[counts.size() / 2]);
}

std::string verdict_cell(const StudyComparison& comparison) {
    const Verdict verdict = comparison.verdict;
    const bool is_found = verdict == Verdict::better || verdict == Verdict::worse;
    std::string text = to_string(verdict);
    if (comparison.is_lost_by_correction()) text += " after the correction";
    if (verdict == Verdict::identical) text += " by construction";
    return "<span class=\"" + (is_found ? to_string(verdict) : std::string("quiet")) + "\">" + escaped(text) +
           "</span>";
}

std::vector<std::string> row_of(const StudyView& view, const StudyCell& cell) {
    const StudyComparison& comparison = *cell.comparison;
    const StudyArm& arm = view.result().arms[cell.arm];
    const auto accuracy = view.accuracy(cell);
    std::string difference = signed_decimal(100.0 * comparison.difference, 2);
    std::string interval = "–";
    if (comparison.interval)
        interval = signed_decimal(100.0 * comparison.interval->low, 2) + " to " +
                   signed_decimal(100.0 * comparison.interval->high, 2);
    return {escaped(arm.name),
            escaped(arm.layers),
            std::to_string(cell.T),
            std::to_string(comparison.seeds.size()),
            accuracy ? percent(accuracy->mean) : "–",
            difference,
            interval,
            comparison.degrees ? significant(*comparison.degrees) : "–",
            median(comparison, &StudyComparison::Seed::only_arm),
            median(comparison, &StudyComparison::Seed::only_baseline),
            p_text(comparison.p),
            p_text(comparison.p_holm),
            verdict_cell(comparison)};
}

Table comparison_table(const StudyView& view) {
    Table table(
        "Every arm against the baseline on the same samples. Difference: arm less baseline, in points of percent, with "
        "its 95 % interval, which is not corrected for the number of comparisons. Only arm, only baseline: samples "
        "that "
        "only one of the two gets right, the median over the seeds. Interval and p are of one statistic: over several "
        "seeds of images crossed with seeds (t, with the degrees of freedom of the next column), of a single run "
        "Tango's score interval and McNemar's exact test. p (Holm): corrected for all comparisons of this table but "
        "those that are identical by construction; it decides the verdict.",
        {{"Arm"},
         {"Layers"},
         {"T", true},
         {"Seeds", true},
         {"Accuracy (%)", true},
         {"Difference", true},
         {"95 % interval, uncorrected", true},
         {"df", true},
         {"Only arm", true},
         {"Only baseline", true},
         {"p", true},
         {"p (Holm)", true},
         {"Verdict"}});
    for (std::size_t arm = 1; arm < view.result().arms.size(); ++arm) {
        bool is_first = true;
        for (const Tick T : view.result().T) {
            const StudyCell* cell = view.cell(arm, T);
            if (cell == nullptr || !cell->comparison) continue;
            table.add(row_of(view, *cell), is_first ? "rule" : "");
            is_first = false;
        }
    }
    return table;
}

/// The arms' differences at one T.
DotColumn forest_column(const StudyView& view, const std::vector<std::size_t>& arms, Tick T, std::size_t wanted) {
    DotColumn column = {.title = "T = " + std::to_string(T)};
    ValueRange range;
    range.include(0.0);
    std::vector<double> differences;
    for (const StudyCell& cell : view.result().cells) {
        if (cell.T == T && cell.comparison) differences.push_back(100.0 * cell.comparison->difference);
    }
    const FarValues far(std::move(differences), 1.0);
    for (const std::size_t arm : arms) {
        const StudyCell* cell = view.cell(arm, T);
        if (cell == nullptr || !cell->comparison) {
            column.dots.emplace_back();
            continue;
        }
        const StudyComparison& comparison = *cell->comparison;
        Dot dot = {100.0 * comparison.difference, {}, arm_style(arm), {}};
        dot.is_far = far.is_far(dot.value);
        dot.sign = verdict_sign(comparison.verdict);
        dot.title = view.label(arm) + ", T = " + std::to_string(T) + ": " + signed_decimal(dot.value, 2) + " points, " +
                    to_string(comparison.verdict);
        if (comparison.interval) dot.interval = {100.0 * comparison.interval->low, 100.0 * comparison.interval->high};
        for (const double each :
             {dot.value, dot.interval ? dot.interval->low : dot.value, dot.interval ? dot.interval->high : dot.value}) {
            if (!dot.is_far) range.include(each);
        }
        column.dots.emplace_back(std::move(dot));
    }
    column.lines.push_back({0.0, {.colour = palette::ink}});
    column.x = linear_axis("difference (points)", range, wanted);
    return column;
}

void add_forest(Page& page, const StudyView& view) {
    auto [arms, sentence] = view.shown(most_rows);
    std::string notes = view.result().T.size() > 1 ? " The scales differ." : "";
    notes += sentence;
    std::erase(arms, std::size_t{0});
    const std::vector<Tick>& times = view.result().T;
    for (std::size_t first = 0; first < times.size(); first += columns_a_figure) {
        DotRows rows = {.description = "Differences in accuracy to the baseline"};
        for (const Verdict verdict : {Verdict::better, Verdict::worse})
            rows.legend.push_back({to_string(verdict), *verdict_sign(verdict), Mark::dots, true});
        for (const std::size_t arm : arms) rows.rows.push_back(view.label(arm));
        const std::size_t end = std::min(times.size(), first + columns_a_figure);
        const std::size_t marks = end - first > 2 ? 5 : 8;  // wanted on each axis
        for (std::size_t n = first; n < end; ++n) rows.columns.push_back(forest_column(view, arms, times[n], marks));
        page.figure(
            rows.figure(),
            "Difference in accuracy to the baseline, arm less baseline, with 95 % intervals that "
            "are not corrected for the number of comparisons. At the right of a row: the corrected verdict, where "
            "there is evidence." +
                notes);
    }
}

}  // namespace

void add_comparisons(Page& page, const StudyView& view) {
    page.section("comparisons", "Comparison with the baseline");
    if (!view.result().has_labels) return page.paragraph("Left out: the data has no labels.");
    const Table table = comparison_table(view);
    if (table.is_empty()) return page.paragraph("Left out: no arm was compared with the baseline.");
    add_forest(page, view);
    page.table(table);
}

}  // namespace syncopate::report
