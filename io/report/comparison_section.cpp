#include "io/plot/axis.hpp"
#include "io/plot/dot_rows.hpp"
#include "io/plot/escape.hpp"
#include "io/plot/number_label.hpp"
#include "io/report/number_text.hpp"
#include "io/report/sections.hpp"

#include <algorithm>

namespace syncopate::report {

namespace {

constexpr std::size_t most_rows = 60;
constexpr std::size_t columns_a_figure = 4;

SeriesStyle verdict_style(const std::string& verdict) {
    if (verdict == "better") return {.colour = palette::blue, .marker = Marker::triangle};
    if (verdict == "worse") return {.colour = palette::vermilion, .marker = Marker::nabla};
    return {.colour = palette::grey, .marker = Marker::ring};
}

/// The middle one of a count over the seeds.
std::string median(const StudyComparison& comparison, std::int64_t StudyComparison::Seed::*count) {
    std::vector<std::int64_t> counts;
    for (const StudyComparison::Seed& seed : comparison.seeds) counts.push_back(seed.*count);
    if (counts.empty()) return "–";
    std::sort(counts.begin(), counts.end());
    return grouped_digits(counts[counts.size() / 2]);
}

std::string verdict_cell(const std::string& verdict) {
    const std::string kind = verdict == "better" || verdict == "worse" ? verdict : "quiet";
    return "<span class=\"" + kind + "\">" + escaped(verdict) + "</span>";
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
            median(comparison, &StudyComparison::Seed::only_arm),
            median(comparison, &StudyComparison::Seed::only_baseline),
            p_text(comparison.p),
            p_text(comparison.p_holm),
            verdict_cell(comparison.verdict)};
}

Table comparison_table(const StudyView& view) {
    Table table(
        "Every arm against the baseline on the same samples. Difference: arm less baseline, in points of percent, with "
        "its 95 % t-interval over the seeds. Only arm, only baseline: samples that only one of the two gets right, the "
        "median over the seeds. p: McNemar's exact test, over the seeds twice the median; p (Holm): corrected for all "
        "comparisons of this table.",
        {{"Arm"},
         {"Layers"},
         {"T", true},
         {"Seeds", true},
         {"Accuracy (%)", true},
         {"Difference", true},
         {"95 % interval", true},
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
    for (const std::size_t arm : arms) {
        const StudyCell* cell = view.cell(arm, T);
        if (cell == nullptr || !cell->comparison) {
            column.dots.emplace_back();
            continue;
        }
        const StudyComparison& comparison = *cell->comparison;
        Dot dot = {100.0 * comparison.difference, {}, verdict_style(comparison.verdict), {}};
        dot.title = view.label(arm) + ", T = " + std::to_string(T) + ": " + signed_decimal(dot.value, 2) + " points, " +
                    comparison.verdict;
        range.include(dot.value);
        if (comparison.interval) {
            dot.interval = {100.0 * comparison.interval->low, 100.0 * comparison.interval->high};
            range.include(dot.interval->low);
            range.include(dot.interval->high);
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
        for (const char* verdict : {"better", "worse", "no evidence"})
            rows.legend.push_back({verdict, verdict_style(verdict), Mark::dots, true});
        for (const std::size_t arm : arms) rows.rows.push_back(view.label(arm));
        const std::size_t end = std::min(times.size(), first + columns_a_figure);
        const std::size_t marks = end - first > 2 ? 5 : 8;  // wanted on each axis
        for (std::size_t n = first; n < end; ++n) rows.columns.push_back(forest_column(view, arms, times[n], marks));
        page.figure(rows.figure(),
                    "Difference in accuracy to the baseline, arm less baseline, with 95 % t-intervals "
                    "over the seeds where there are several." +
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
