#include "io/study/study_json.hpp"

#include "core/assert.hpp"
#include "io/run/share.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstddef>
#include <utility>

namespace syncopate {

namespace {

using Json = nlohmann::ordered_json;

/// JSON has no word for what is not finite; the library would write null.
double finite(double value) {
    SYNCOPATE_ASSERT(std::isfinite(value));
    return value;
}

Json interval_json(const Interval& interval) {
    return {{"low", finite(interval.low)}, {"high", finite(interval.high)}};
}

Json manifest_json(const StudyManifest& m) {
    Json json = {{"version", m.version},
                 {"commit", m.commit},
                 {"network", m.network},
                 {"network_sha256", m.network_hash},
                 {"data", m.data},
                 {"data_format", m.data_format},
                 {"data_sha256", m.data_hash},
                 {"input_range", m.input_range},
                 {"samples", m.samples},
                 {"seeds", m.seeds},
                 {"rule", m.rule},
                 {"options", m.options}};
    if (!m.classes.empty()) json["classes"] = m.classes;
    return json;
}

Json arms_json(const StudyResult& study) {
    Json arms = Json::array();
    for (const StudyArm& arm : study.arms) {
        arms.push_back({{"name", arm.name},
                        {"layers", arm.layers},
                        {"family", arm.family},
                        {"sentence", arm.sentence},
                        {"edited", arm.edited},
                        {"has_chance", arm.has_chance}});
    }
    return arms;
}

Json seeds_json(const StudyCell& cell, const StudyResult& study) {
    Json seeds = Json::array();
    for (const SeedOutcome& outcome : cell.seeds) {
        Json seed = {{"seed", outcome.seed}};
        // What is not known is left out, not written as 0: a reader would take the zeros for results.
        if (study.has_labels) seed["snn_accuracy"] = share_of(outcome.correct, study.samples);
        if (study.has_ann) seed["agreement_with_ann"] = share_of(outcome.agreement, study.samples);
        seeds.push_back(std::move(seed));
    }
    return seeds;
}

Json layers_json(const StudyCell& cell, const StudyResult& study) {
    const std::int64_t runs = study.samples * static_cast<std::int64_t>(cell.seeds.size());
    Json layers = Json::array();
    for (const LayerTally& layer : cell.layers) {
        layers.push_back({{"name", layer.name},
                          {"shape", {layer.shape.channels, layer.shape.height, layer.shape.width}},
                          {"spikes", layer.spikes},
                          {"spikes_per_sample", ratio(layer.spikes, runs)},
                          {"synaptic_operations", layer.synaptic_operations},
                          {"synaptic_operations_per_sample", ratio(layer.synaptic_operations, runs)}});
    }
    return layers;
}

Json error_json(const ErrorPart& part) {
    return {{"mean", finite(part.mean)}, {"mean_magnitude", finite(part.mean_magnitude)}};
}

Json detail_json(const LayerDetail& detail) {
    Json json = {{"name", detail.name},
                 {"neurons", detail.neurons},
                 {"silent", detail.silent},
                 {"spikes_by_tick", detail.spikes_by_tick},
                 {"first_spike", detail.first_spike},
                 {"centroid", detail.centroid}};
    // Of a layer without a spike there is no mean time; 0 would say that all fire at the first tick.
    if (detail.silent < detail.neurons) {
        json["mean_first_spike"] = finite(detail.mean_first_spike);
        json["mean_centroid"] = finite(detail.mean_centroid);
    }
    if (detail.has_ann) {
        json["ann"] = {{"offset", detail.offset},
                       {"silent", detail.ann_silent},
                       {"false_spiking", detail.false_spiking},
                       {"missed", detail.missed}};
    }
    if (detail.has_residual) {
        json["residual"] = {{"low", detail.residual_low}, {"high", detail.residual_high}};
        json["error"] = {{"clipping", error_json(detail.clipping)},
                         {"quantisation", error_json(detail.quantisation)},
                         {"unevenness", error_json(detail.unevenness)},
                         {"total", error_json(detail.total)}};
    }
    return json;
}

Json comparison_json(const StudyComparison& comparison) {
    Json seeds = Json::array();
    for (const StudyComparison::Seed& seed : comparison.seeds) {
        seeds.push_back({{"seed", seed.seed},
                         {"only_arm", seed.only_arm},
                         {"only_baseline", seed.only_baseline},
                         {"p_exact", finite(seed.p_exact)},
                         {"p_mid", finite(seed.p_mid)}});
    }
    Json json = {{"seeds", std::move(seeds)}, {"difference", finite(comparison.difference)}};
    if (comparison.interval) json["interval"] = interval_json(*comparison.interval);
    if (comparison.degrees) {
        json["degrees_of_freedom"] = finite(*comparison.degrees);
        json["variance"] = {{"image", finite(comparison.variance.image)},
                            {"seed", finite(comparison.variance.seed)},
                            {"rest", finite(comparison.variance.rest)}};
    }
    json["p"] = finite(comparison.p);
    json["p_holm"] = finite(comparison.p_holm);
    json["verdict"] = to_string(comparison.verdict);
    json["lost_by_correction"] = comparison.is_lost_by_correction();
    return json;
}

Json cell_json(const StudyCell& cell, const StudyResult& study) {
    SYNCOPATE_ASSERT(cell.arm < study.arms.size());
    Json json = {{"arm", cell.arm},
                 {"T", cell.T},
                 {"extra_ticks", cell.extra_ticks},
                 {"total_ticks", std::int64_t{cell.T} + cell.extra_ticks},
                 {"seeds", seeds_json(cell, study)}};
    if (cell.interval) json["accuracy_interval"] = interval_json(*cell.interval);
    json["layers"] = layers_json(cell, study);
    json["details"] = Json::array();
    for (const LayerDetail& detail : cell.details) json["details"].push_back(detail_json(detail));
    if (cell.comparison) json["comparison"] = comparison_json(*cell.comparison);
    return json;
}

Json controls_json(const StudyResult& study) {
    Json controls = Json::array();
    for (const StudyControl& control : study.controls)
        controls.push_back({{"name", control.name}, {"what", control.what}, {"outcome", to_string(control.outcome)}});
    return controls;
}

Json raster_json(const StudyRaster& raster) {
    SYNCOPATE_ASSERT(raster.times.size() == raster.neurons.size());
    SYNCOPATE_ASSERT(raster.times_before.size() == raster.neurons.size());
    Json neurons = Json::array();
    for (std::size_t n = 0; n < raster.neurons.size(); ++n) {
        neurons.push_back(
            {{"id", raster.neurons[n]}, {"times", raster.times[n]}, {"times_before", raster.times_before[n]}});
    }
    return {{"arm", raster.arm},
            {"T", raster.T},
            {"layer", raster.layer},
            {"sample", raster.sample},
            {"neurons", std::move(neurons)}};
}

}  // namespace

std::string study_json(const StudyResult& study) {
    Json json = {{"format", "syncopate-study/1"},
                 {"manifest", manifest_json(study.manifest)},
                 {"T", study.T},
                 {"sample_count", study.samples},
                 {"detail_sample_count", study.detail_samples},
                 {"has_labels", study.has_labels},
                 {"has_ann", study.has_ann}};
    if (study.has_labels && study.has_ann) json["ann_accuracy"] = share_of(study.ann_correct, study.samples);
    json["arms"] = arms_json(study);
    json["cells"] = Json::array();
    for (const StudyCell& cell : study.cells) json["cells"].push_back(cell_json(cell, study));
    json["controls"] = controls_json(study);
    json["rasters"] = Json::array();
    for (const StudyRaster& raster : study.rasters) json["rasters"].push_back(raster_json(raster));
    json["warnings"] = study.warnings;
    // A path may be of any bytes, JSON may not.
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace syncopate
