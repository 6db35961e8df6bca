#include "io/run/run_report.hpp"

#include "core/index.hpp"
#include "io/run/latency.hpp"
#include "io/run/layer_report.hpp"
#include "io/run/share.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

namespace syncopate {

namespace {

using Json = nlohmann::ordered_json;

Json manifest_json(const RunManifest& m) {
    Json json = {{"version", m.version},
                 {"commit", m.commit},
                 {"network", m.network},
                 {"network_sha256", m.network_hash},
                 {"data", m.data},
                 {"data_format", m.data_format},
                 {"data_sha256", m.data_hash},
                 {"input_range", m.input_range},
                 {"samples", m.samples},
                 {"seed", m.seed},
                 {"T", m.T},
                 {"rule", m.rule},
                 {"threads", m.threads},
                 {"executor", m.executor},
                 {"cpu", m.cpu},
                 {"options", m.options}};
    if (!m.classes.empty()) json["classes"] = m.classes;
    return json;
}

/// A value's text as it stands in an array, two levels deep.
std::string indented(const Json& value) {
    constexpr std::string_view margin = "    ";
    std::string text(margin);
    // Within texts JSON writes a line's end as two characters, so each one here belongs to the layout.
    for (const char c : value.dump(2)) {
        text += c;
        if (c == '\n') text += margin;
    }
    return text;
}

/// Appends what was judged after every tick, as text: there may be a million of them, too many for a tree of values, or
/// for two copies.
void append_accuracy(const RunReport& report, bool is_anytime, std::string& text) {
    const RunStatistics& s = report.statistics;
    text += "[\n";
    for (std::size_t t = is_anytime ? 0 : s.ticks.size() - 1; t < s.ticks.size(); ++t) {
        Json entry = {{"t", s.ticks[t]}};
        if (report.has_labels) entry["snn_accuracy"] = share_of(s.snn_correct[t], s.samples);
        if (report.has_ann) entry["agreement_with_ann"] = share_of(s.agreement[t], s.samples);
        const std::string own = indented(entry) + (t + 1 < s.ticks.size() ? ",\n" : "\n");
        // Room for all that is left, by the size of this entry and a few digits more. Growing by doubling would leave
        // up to half of the memory unused, and hold the old text beside the new one at every step.
        if (text.capacity() - text.size() < own.size())
            text.reserve(text.size() + (s.ticks.size() - t) * (own.size() + 8));
        text += own;
    }
    text += "  ]";
}

}  // namespace

std::int64_t analogue_macs(const CompiledNetwork& network, const std::vector<bool>& is_live) {
    std::int64_t macs = 0;
    for (const CompiledProjection& projection : network.projections) {
        // A constant current costs its products once a sample, where the engine sums them; one into a replayed
        // population is never summed.
        if (!is_live.empty() && !is_live[projection.target]) continue;
        const CompiledPopulation& source = network.populations[projection.source];
        if (source.role == PopulationRole::constant_current) macs += projection.multiply_accumulates;
    }
    return macs;
}

std::string to_json(const RunReport& report) {
    const RunStatistics& s = report.statistics;
    Json json = {
        {"format", "syncopate-run/1"}, {"manifest", manifest_json(report.manifest)}, {"sample_count", s.samples}};
    if (report.has_labels && report.has_ann) json["ann_accuracy"] = share_of(s.ann_correct, s.samples);
    const Latency latency = latency_of(*report.network, report.manifest.T);
    json["anytime"] = latency.is_anytime();
    if (!latency.is_anytime()) json["note"] = whole_window_note;
    json["by_tick"] = nullptr;  // its place
    json["layers"] = layer_reports(*report.network, s, report.manifest.T);
    json["synaptic_operations"] = {{"Effective_ACs", ratio(s.synaptic_operations, s.samples)},
                                   {"Effective_MACs", analogue_macs(*report.network)}};
    json["latency"] = latency;
    json["performance"] = {
        {"seconds", report.seconds},
        {"images_per_second", report.seconds > 0.0 ? static_cast<double>(s.samples) / report.seconds : 0.0},
        {"synaptic_events_per_second",
         report.seconds > 0.0 ? static_cast<double>(s.synaptic_operations) / report.seconds : 0.0},
        {"peak_memory_bytes", report.peak_memory},
        {"deliveries", report.deliveries}};
    json["checked_samples"] = report.checked_samples;
    json["warnings"] = report.warnings;
    const std::string frame = json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    constexpr std::string_view place = "\n  \"by_tick\": ";  // within a text, JSON has no quote without a backslash
    // The first match is the right one: members of the outermost object alone stand behind two blanks, and no text can
    // hold what is looked for, since it would have a backslash before the quote.
    const std::size_t begin = frame.find(place) + place.size();
    std::string text = frame.substr(0, begin);
    append_accuracy(report, latency.is_anytime(), text);
    text.append(frame, begin + std::string_view("null").size());
    return text;
}

}  // namespace syncopate
