#include "io/plot/escape.hpp"
#include "io/report/number_text.hpp"
#include "io/report/sections.hpp"

namespace syncopate::report {

namespace {

std::string code(const std::string& text) { return text.empty() ? "–" : "<code>" + escaped(text) + "</code>"; }

Table manifest_table(const StudyManifest& manifest) {
    Table table("What this report can be made again from.", {{"Item"}, {"Value"}});
    std::string seeds;
    for (const std::uint64_t seed : manifest.seeds) seeds += (seeds.empty() ? "" : ", ") + std::to_string(seed);
    std::string options;
    for (const std::string& option : manifest.options) options += (options.empty() ? "" : " ") + option;
    table.add({"Network", code(manifest.network)});
    table.add({"Network, SHA-256", code(manifest.network_hash)});
    table.add({"Data",
               code(manifest.data) + (manifest.data_format.empty() ? "" : " (" + escaped(manifest.data_format) + ")")});
    table.add({"Data, SHA-256", code(manifest.data_hash)});
    if (!manifest.input_range.empty()) table.add({"Values taken for", code(manifest.input_range)});
    table.add({"Samples", manifest.samples.empty() ? "all" : code(manifest.samples)});
    table.add({"Seeds", seeds.empty() ? "–" : seeds});
    table.add({"Rule", escaped(manifest.rule)});
    table.add(
        {"Version", code(manifest.version) + (manifest.commit.empty() ? "" : ", commit " + code(manifest.commit))});
    table.add({"Options", code(options)});
    return table;
}

Table arm_table(const StudyView& view) {
    Table table(
        "The arms.",
        {{"Arm"}, {"Layers"}, {"What it does"}, {"Family"}, {"Populations changed", true}, {"Draws random numbers"}});
    for (const StudyArm& arm : view.result().arms)
        table.add({escaped(arm.name), arm.layers.empty() ? "–" : escaped(arm.layers),
                   arm.sentence.empty() ? "–" : escaped(arm.sentence) + ".", escaped(arm.family),
                   std::to_string(arm.edited.size()), arm.has_chance ? "yes" : "no"});
    return table;
}

std::string methods(const StudyResult& result) {
    return "All arms see the same samples, so they are compared in pairs. Over several seeds, p and interval of a "
           "difference are of one statistic: Student’s t of the mean over images and seeds, whose variance has a part "
           "of the images, one of the seeds and a rest (two-way crossed, Satterthwaite’s degrees of freedom; where the "
           "images of a seed share their draws, those of the seeds at most), with two images imagined that differ in "
           "both directions (Agresti and Min 2005). Of a single run p is McNemar’s exact test (Fagerland, Lydersen and "
           "Laake 2013) and the interval Tango’s score interval (1998). p is corrected for the number of comparisons "
           "(Holm 1979), intervals are not. Comparisons that are identical by construction are no tests and are not "
           "counted. An arm is called better or worse where the corrected p is below 0.05; else there is no evidence. "
           "The accuracy of several seeds has an interval of the same kind, that of a single run Wilson’s "
           "interval. Spikes and synaptic operations are counted over all samples and seeds; spike times, offsets and "
           "errors over " +
           counted(result.detail_samples, "sample") +
           " and the first seed. Ticks are counted from 0 in "
           "each layer’s own window.";
}

}  // namespace

void add_manifest(Page& page, const StudyView& view) {
    page.section("manifest", "How this was computed");
    page.paragraph(methods(view.result()));
    page.table(manifest_table(view.result().manifest));
    if (!view.result().arms.empty()) page.table(arm_table(view));
}

}  // namespace syncopate::report
