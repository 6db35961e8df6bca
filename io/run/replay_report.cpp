#include "io/run/replay_report.hpp"

#include "core/index.hpp"
#include "io/run/latency.hpp"
#include "io/run/layer_report.hpp"
#include "io/run/run_report.hpp"
#include "io/run/share.hpp"

#include <nlohmann/json.hpp>

namespace syncopate {

namespace {

using Json = nlohmann::ordered_json;

template <typename Number>
Json or_null(const std::optional<Number>& number) {
    return number ? Json(*number) : Json(nullptr);
}

Json manifest_json(const ReplayManifest& m) {
    Json json = {{"version", m.version}, {"commit", m.commit},
                 {"network", m.network}, {"network_sha256", m.network_hash},
                 {"raster", m.raster},   {"raster_sha256", m.raster_hash}};
    if (!m.data.empty())
        json.update({{"data", m.data},
                     {"data_format", m.data_format},
                     {"data_sha256", m.data_hash},
                     {"input_range", m.input_range}});
    if (!m.classes.empty()) json["classes"] = m.classes;
    json.update({{"seed", m.seed},
                 {"T", m.T},
                 {"rule", m.rule},
                 {"threads", m.threads},
                 {"cpu", m.cpu},
                 {"options", m.options}});
    return json;
}

Json samples_json(const ReplayReport& report) {
    Json::array_t samples;  // an array of values would tell all of them, each time, who their parent is
    for (const ReplayedSample& sample : report.samples) {
        samples.push_back({{"index", sample.index},
                           {"label", or_null(sample.label)},
                           {"recorded_prediction", or_null(sample.recorded_prediction)},
                           {"prediction", or_null(sample.prediction)}});
    }
    return samples;
}

void add_share(Json& json, const char* key, const ReplayShare& share) {
    if (share.whole > 0) json[key] = share_of(share.part, share.whole);
}

}  // namespace

ReplayShare replay_accuracy(const ReplayReport& report) {
    ReplayShare share;
    for (const ReplayedSample& sample : report.samples) {
        // Samples of which one of the two is not known belong to neither part nor whole, so that a raster with labels
        // for some of its samples does not lower the share.
        if (!sample.label || !sample.prediction) continue;
        ++share.whole;
        share.part += sample.label == sample.prediction ? 1 : 0;
    }
    return share;
}

ReplayShare recorded_accuracy(const ReplayReport& report) {
    ReplayShare share;
    for (const ReplayedSample& sample : report.samples) {
        if (!sample.label || !sample.recorded_prediction) continue;
        ++share.whole;
        share.part += sample.label == sample.recorded_prediction ? 1 : 0;
    }
    return share;
}

ReplayShare replay_agreement(const ReplayReport& report) {
    ReplayShare share;
    for (const ReplayedSample& sample : report.samples) {
        if (!sample.recorded_prediction || !sample.prediction) continue;
        ++share.whole;
        share.part += sample.recorded_prediction == sample.prediction ? 1 : 0;
    }
    return share;
}

std::vector<std::string> simulated_names(const ReplayReport& report) {
    std::vector<std::string> names;
    for (const PopulationIndex p : report.network->order) {
        if (report.is_live[p]) names.push_back(report.network->populations[p].name);
    }
    return names;
}

std::string to_json(const ReplayReport& report) {
    const RunStatistics& s = report.statistics;
    const Latency latency = latency_of(*report.network, report.manifest.T);
    Json json = {{"format", "syncopate-replay/1"},
                 {"manifest", manifest_json(report.manifest)},
                 {"recorded",
                  {{"version", report.recorded.version},
                   {"network", report.recorded.network},
                   {"network_sha256", report.recorded.network_hash},
                   {"rule", report.recorded.rule},
                   {"seed", report.recorded.seed}}},
                 {"replayed", report.replayed},
                 {"simulated", simulated_names(report)},
                 {"sample_count", s.samples},
                 {"samples", samples_json(report)}};
    add_share(json, "accuracy", replay_accuracy(report));
    add_share(json, "recorded_accuracy", recorded_accuracy(report));
    add_share(json, "agreement_with_recorded", replay_agreement(report));
    json["layers"] = layer_reports(*report.network, s, report.manifest.T, report.is_shown);
    json["synaptic_operations"] = {{"Effective_ACs", ratio(s.synaptic_operations, s.samples)},
                                   {"Effective_MACs", analogue_macs(*report.network, report.is_live)}};
    json["latency"] = latency;
    json["performance"] = {{"seconds", report.seconds}, {"peak_memory_bytes", report.peak_memory}};
    json["warnings"] = report.warnings;
    // Paths and names may be of any bytes; without replacing, those that are no UTF-8 would end a finished replay with
    // an exception.
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace syncopate
