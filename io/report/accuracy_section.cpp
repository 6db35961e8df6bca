#include "io/plot/escape.hpp"
#include "io/plot/number_label.hpp"
#include "io/plot/plot_grid.hpp"
#include "io/plot/strip.hpp"
#include "io/report/lines_over_time.hpp"
#include "io/report/number_text.hpp"
#include "io/report/sections.hpp"

#include <algorithm>

namespace syncopate::report {

namespace {

constexpr std::size_t large_family = 5;

Interval in_percent(const Interval& interval) { return {100.0 * interval.low, 100.0 * interval.high}; }

std::optional<CellValue> as_percent(const std::optional<Score>& score) {
    if (!score) return std::nullopt;
    CellValue value = {.y = 100.0 * score->mean};
    if (score->interval) value.interval = in_percent(*score->interval);
    return value;
}

constexpr std::string_view intervals_sentence =
    "Bars are 95 % intervals, over images and seeds; of arms marked W, which ran once, Wilson's.";

void add_accuracy_over_time(Page& page, const StudyView& view) {
    const StudyResult& result = view.result();
    LinesOverTime figure = {.description = "Accuracy over T for each arm", .y_title = "accuracy (%)"};
    figure.value = [&](const StudyCell& cell) { return as_percent(view.accuracy(cell)); };
    figure.sign = [&](std::size_t arm) { return view.ran_once(arm) ? " (W)" : ""; };
    if (result.has_ann && result.samples > 0)
        figure.references.push_back(
            {"ANN", 100.0 * static_cast<double>(result.ann_correct) / static_cast<double>(result.samples)});
    const auto drawn = figure.figure(view);
    if (!drawn) {
        page.paragraph("No run counted correct answers, so accuracy is left out.");
        return;
    }
    std::string caption = result.T.size() == 1 ? "Accuracy at T = " + std::to_string(result.T.front()) + ". "
                                               : "Accuracy over the number of time steps T. ";
    caption += std::string(intervals_sentence);
    if (result.has_ann) caption += " Dashed: the ANN.";
    page.figure(*drawn, caption + figure.notes(view));
}

void add_agreement_over_time(Page& page, const StudyView& view) {
    LinesOverTime figure = {.description = "Agreement with the ANN over T for each arm",
                            .y_title = "same class as the ANN (%)",
                            .references = {}};
    figure.value = [&](const StudyCell& cell) { return as_percent(view.agreement(cell)); };
    const auto drawn = figure.figure(view);
    if (!drawn) return;
    page.figure(*drawn,
                "Samples to which the spiking network gives the same class as the ANN does, right or wrong. "
                "Bars are Wilson's 95 % intervals, of arms that ran once." +
                    figure.notes(view));
}

Strip strip_at(const StudyView& view, const ArmGroup& group, Tick T) {
    Strip strip = {.title = "T = " + std::to_string(T)};
    ValueRange range;
    const auto value_of = [&](std::size_t arm) {
        const StudyCell* cell = view.cell(arm, T);
        const auto value = cell == nullptr ? std::nullopt : view.accuracy(*cell);
        if (value) range.include(100.0 * value->mean);
        return value;
    };
    for (const std::size_t arm : group.arms)
        if (const auto value = value_of(arm)) strip.members.push_back({100.0 * value->mean, view.label(arm)});
    if (const auto value = value_of(0)) strip.references.push_back({"baseline", 100.0 * value->mean, baseline_style()});
    const double room = range.is_empty ? 0.0 : 0.08 * (range.high - range.low);  // for the two names
    if (!range.is_empty) range = {range.low - room, range.high + room, false};
    strip.y = linear_axis("accuracy (%)", range, 7);
    return strip;
}

void add_family(Page& page, const StudyView& view, const ArmGroup& group) {
    std::vector<Strip> strips;
    for (const Tick T : view.result().T)
        if (Strip strip = strip_at(view, group, T); !strip.members.empty()) strips.push_back(std::move(strip));
    if (strips.empty()) return;
    page.figure(strip_figure(strips, "Accuracies of the members of " + group.name),
                "Accuracy of every one of the " + counted(std::ssize(group.arms), "arm") + " of the family <code>" +
                    escaped(group.name) + "</code>; the lowest and the highest are named, the line is the baseline." +
                    (strips.size() > 1 ? " The scales differ." : ""));
}

/// Difference to the baseline over the layers where one arm acts.
void add_layer_series(Page& page, const StudyView& view, const ArmGroup& group) {
    std::vector<std::string> places;
    for (const std::size_t arm : group.arms) places.push_back(view.result().arms[arm].layers);
    Plot plot = {.x = category_axis("layer", places), .has_zero_line = true};
    ValueRange range;
    range.include(0.0);
    for (std::size_t t = 0; t < view.result().T.size(); ++t) {
        const Tick T = view.result().T[t];
        Series series = {.name = "T = " + std::to_string(T), .style = series_style(t)};
        const auto count = static_cast<double>(view.result().T.size());
        series.shift = (static_cast<double>(t) - (count - 1.0) / 2.0) * std::min(4.0, 16.0 / count);
        for (std::size_t n = 0; n < group.arms.size(); ++n) {
            const StudyCell* cell = view.cell(group.arms[n], T);
            if (cell == nullptr || !cell->comparison) continue;
            SeriesPoint point = {.x = static_cast<double>(n), .y = 100.0 * cell->comparison->difference};
            if (cell->comparison->interval) point.interval = in_percent(*cell->comparison->interval);
            for (const double y : {point.y, point.interval ? point.interval->low : point.y,
                                   point.interval ? point.interval->high : point.y})
                range.include(y);
            point.title = places[n] + ", T = " + std::to_string(T) + ": " + signed_decimal(point.y, 2) + " points";
            series.points.push_back(std::move(point));
        }
        if (!series.points.empty()) plot.series.push_back(std::move(series));
    }
    if (plot.series.empty()) return;
    plot.y = linear_axis("difference in accuracy (points)", range, 8);
    page.figure(
        plot_grid({plot}, {.description = "Difference in accuracy by layer for " + group.name, .frame_height = 250.0}),
        "Accuracy of <code>" + escaped(group.name) +
            "</code> at one place at a time, less the baseline's, in points of percent. Bars are 95 % "
            "intervals, not corrected for the number of comparisons.");
}

}  // namespace

void add_accuracy(Page& page, const StudyView& view) {
    page.section("accuracy", "Accuracy");
    if (!view.result().has_labels) {
        page.paragraph("Left out: the data has no labels.");
    } else {
        add_accuracy_over_time(page, view);
        for (const ArmGroup& group : view.groups()) {
            if (group.kind == ArmGroup::Kind::members && group.arms.size() >= large_family)
                add_family(page, view, group);
            if (group.kind == ArmGroup::Kind::layers && group.arms.size() > 2) add_layer_series(page, view, group);
        }
    }
    if (!view.result().has_ann)
        page.paragraph("Agreement with the ANN is left out: no ANN was run beside the network.");
    else
        add_agreement_over_time(page, view);
}

}  // namespace syncopate::report
