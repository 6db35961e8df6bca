#include "io/plot/escape.hpp"
#include "io/plot/number_label.hpp"
#include "io/report/conclusion.hpp"
#include "io/report/number_text.hpp"
#include "io/report/sections.hpp"

#include <algorithm>

namespace syncopate::report {

namespace {

constexpr std::size_t most_named = 6;
constexpr std::size_t most_concluded = 12;
constexpr std::size_t most_described = 20;

std::string times(const std::vector<Tick>& T) {
    std::vector<std::string> items;
    items.reserve(T.size());
    for (const Tick time : T) items.push_back(std::to_string(time));
    return "T = " + enumerated(items);
}

std::string what_was_run(const StudyView& view) {
    const StudyResult& result = view.result();
    const StudyManifest& manifest = result.manifest;
    std::string text = "This study ran the network " +
                       (manifest.network.empty() ? std::string() : "<code>" + escaped(manifest.network) + "</code> ") +
                       "on " + counted(result.samples, "sample");
    if (!manifest.data.empty()) text += " of <code>" + escaped(manifest.data) + "</code>";
    if (!result.T.empty()) text += " at " + times(result.T);
    const std::int64_t edits = std::max<std::int64_t>(std::ssize(result.arms), 1) - 1;
    text += ", as it is (the baseline) and with " + (edits == 0 ? std::string("no edit") : counted(edits, "edit"));
    const bool has_chance =
        std::any_of(result.arms.begin(), result.arms.end(), [](const StudyArm& arm) { return arm.has_chance; });
    if (has_chance)
        text += "; arms that draw random numbers ran once for each of " + counted(std::ssize(manifest.seeds), "seed");
    return text + ".";
}

std::string ann_sentence(const StudyResult& result) {
    if (!result.has_ann || !result.has_labels || result.samples <= 0) return "";
    const std::int64_t correct = std::clamp<std::int64_t>(result.ann_correct, 0, result.samples);
    const double share = static_cast<double>(correct) / static_cast<double>(result.samples);
    return " The ANN classifies " + percent(share) + " % of them correctly (95 % interval " +
           percent_range(wilson_interval(correct, result.samples)) + ").";
}

/// "permute:shared (+2.10 points)", the largest differences first.
std::string named(const StudyView& view, std::vector<const StudyCell*> cells) {
    std::stable_sort(cells.begin(), cells.end(), [](const StudyCell* a, const StudyCell* b) {
        return std::abs(a->comparison->difference) > std::abs(b->comparison->difference);
    });
    std::vector<std::string> items;
    for (const StudyCell* cell : cells) {
        if (items.size() == most_named) break;
        items.push_back(escaped(view.label(cell->arm)) + " (" +
                        signed_decimal(cell->comparison->difference * 100.0, 2) + " points)");
    }
    if (cells.size() > items.size()) items.push_back(counted(std::ssize(cells) - std::ssize(items), "other"));
    return enumerated(items);
}

/// What was found at one T.
std::string finding(const StudyView& view, Tick T) {
    std::vector<const StudyCell*> better;
    std::vector<const StudyCell*> worse;
    std::vector<const StudyCell*> lost;
    std::int64_t unclear = 0, identical = 0;
    for (std::size_t arm = 1; arm < view.result().arms.size(); ++arm) {
        const StudyCell* cell = view.cell(arm, T);
        if (cell == nullptr || !cell->comparison) continue;
        if (cell->comparison->verdict == Verdict::better)
            better.push_back(cell);
        else if (cell->comparison->verdict == Verdict::worse)
            worse.push_back(cell);
        else if (cell->comparison->verdict == Verdict::identical)
            ++identical;
        else if (cell->comparison->is_lost_by_correction())
            lost.push_back(cell);
        else
            ++unclear;
    }
    if (better.empty() && worse.empty() && lost.empty() && unclear == 0 && identical == 0) return "";
    std::vector<std::string> parts;
    if (!better.empty())
        parts.push_back("<span class=\"better\">better</span> than the baseline: " + named(view, better));
    if (!worse.empty()) parts.push_back("<span class=\"worse\">worse</span>: " + named(view, worse));
    if (!lost.empty())
        parts.push_back("no evidence once corrected for the number of comparisons: " + named(view, lost));
    if (identical > 0) parts.push_back("identical by construction: " + counted(identical, "arm"));
    if (unclear > 0) parts.push_back("no evidence of a difference: " + counted(unclear, "arm"));
    std::string text = "<b>T = " + std::to_string(T) + "</b>";
    const StudyCell* baseline = view.cell(0, T);
    const auto accuracy = baseline == nullptr ? std::nullopt : view.accuracy(*baseline);
    if (accuracy) text += " (baseline " + percent(accuracy->mean) + " %)";
    for (std::size_t n = 0; n < parts.size(); ++n) text += (n == 0 ? " – " : "; ") + parts[n];
    return text + ".";
}

void add_failures(Page& page, const StudyResult& result) {
    std::string items;
    std::int64_t failed = 0;
    for (const StudyControl& control : result.controls) {
        if (!control.has_failed()) continue;
        ++failed;
        items += "<li><b>" + escaped(control.name) + "</b>: " + escaped(control.what) + "</li>";
    }
    if (failed > 0)
        page.box("failure", "<h3 class=\"fail\">" + counted(failed, "control") +
                                " failed: do not trust the figures below</h3><ul>" + items + "</ul>");
    items.clear();
    for (const std::string& warning : result.warnings) items += "<li>" + escaped(warning) + "</li>";
    if (!items.empty()) page.box("warning", "<h3>Warnings</h3><ul>" + items + "</ul>");
}

void add_controls(Page& page, const StudyResult& result) {
    if (result.controls.empty()) {
        page.paragraph("No controls were run.");
        return;
    }
    Table table("Controls, which run by themselves.", {{"Control"}, {"What was compared"}, {"Outcome"}});
    for (const StudyControl& control : result.controls)
        table.add({escaped(control.name), escaped(control.what),
                   control.has_failed() ? "<span class=\"fail\">FAILED</span>"
                                        : "<span class=\"pass\">" + to_string(control.outcome) + "</span>"},
                  control.has_failed() ? "bad" : "");
    page.table(table);
}

void add_conclusions(Page& page, const StudyView& view) {
    std::vector<std::string> found = conclusions(view);
    if (found.empty()) return;
    const std::size_t all = found.size();
    if (all > most_concluded) found.resize(most_concluded);
    page.subsection("Where and how");
    page.paragraph(
        "From a close look at " + counted(view.result().detail_samples, "sample") +
        " and the first seed: errors are means of |spikes − ANN| of a neuron, in thresholds." +
        (all > most_concluded
             ? " " + counted(static_cast<std::int64_t>(all - most_concluded), "further arm") + " in the tables."
             : ""));
    page.list(found);
}

/// What each arm does, for a reader who does not know their names.
void add_arms(Page& page, const StudyView& view) {
    std::vector<std::string> items;
    for (const ArmGroup& group : view.groups()) {
        const StudyArm& arm = view.result().arms[group.arms.front()];
        if (!arm.sentence.empty())
            items.push_back("<b>" + escaped(group.arms.size() > 1 ? group.name : view.label(group.arms.front())) +
                            "</b>: " + escaped(arm.sentence) + ".");
    }
    if (items.size() > most_described) {
        items.resize(most_described);
        items.push_back("The others stand in the last section.");
    }
    if (!items.empty()) page.list(items);
}

}  // namespace

void add_summary(Page& page, const StudyView& view) {
    add_failures(page, view.result());
    page.section("summary", "Answer");
    std::vector<std::string> findings;
    for (const Tick T : view.result().T)
        if (std::string text = finding(view, T); !text.empty()) findings.push_back(std::move(text));
    if (!findings.empty()) page.list(findings);
    if (!view.result().has_labels)
        page.paragraph("The data has no labels, so nothing is said of accuracy.");
    else if (findings.empty())
        page.paragraph("No arm was compared with the baseline.");
    add_conclusions(page, view);
    page.subsection("What was run");
    page.paragraph(what_was_run(view) + ann_sentence(view.result()));
    add_arms(page, view);
    add_controls(page, view.result());
}

}  // namespace syncopate::report
