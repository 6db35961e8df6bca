#include "tests/unit/io/study/sample_study.hpp"

#include <utility>

namespace syncopate {

namespace {

LayerDetail sample_detail() {
    return {.name = "conv1",
            .neurons = 8,
            .silent = 3,
            .spikes_by_tick = {4, 2},
            .first_spike = {4, 1},
            .centroid = {4, 1},
            .mean_first_spike = 0.25,
            .mean_centroid = 0.375,
            .has_ann = true,
            .offset = {0, 1, 6, 1, 0},
            .ann_silent = 2,
            .false_spiking = 1,
            .missed = 1,
            .has_residual = true,
            .residual_low = 1,
            .residual_high = 2,
            .clipping = {-0.125, 0.125},
            .quantisation = {0.0625, 0.25},
            .unevenness = {0.5, 0.5},
            .total = {0.4375, 0.625}};
}

LayerDetail silent_detail() {
    LayerDetail detail;
    detail.name = "input";
    detail.neurons = detail.silent = 4;
    detail.spikes_by_tick = detail.first_spike = detail.centroid = {0, 0};
    return detail;
}

StudyComparison shuffled_comparison() {
    return {.seeds = {{.seed = 7, .only_arm = 0, .only_baseline = 2, .p_exact = 0.5, .p_mid = 0.25},
                      {.seed = 8, .only_arm = 1, .only_baseline = 4, .p_exact = 0.375, .p_mid = 0.21875}},
            .difference = -0.25,
            .interval = Interval{-0.8853102368, 0.3853102368},
            .p = 1.0,
            .p_holm = 1.0};
}

StudyManifest sample_manifest() {
    const std::string hash(64, 'a');
    return {.version = "0.1.0",
            .commit = "abc1234",
            .network = "net.json",
            .network_hash = hash,
            .data = "data",
            .data_format = "idx",
            .data_hash = hash,
            .input_range = "0:255",
            .classes = {},
            .samples = "0:10",
            .seeds = {7, 8},
            .rule = "synchronous",
            .options = {"--arm", "permute:shared"}};
}

/// Each run has the same spikes.
StudyCell sample_cell(std::size_t arm, std::vector<SeedOutcome> seeds) {
    const auto runs = static_cast<std::int64_t>(seeds.size());
    StudyCell cell;
    cell.arm = arm;
    cell.T = 2;
    cell.seeds = std::move(seeds);
    for (SeedOutcome& outcome : cell.seeds) {
        outcome.spikes = 125;
        outcome.synaptic_operations = 300;
    }
    cell.layers = {{"input", {1, 2, 2}, 80 * runs, 300 * runs}, {"conv1", {2, 2, 2}, 45 * runs, 0}};
    return cell;
}

}  // namespace

StudyResult sample_study() {
    StudyResult study;
    study.manifest = sample_manifest();
    study.T = {2};
    study.samples = 10;
    study.detail_samples = 1;
    study.has_labels = study.has_ann = true;
    study.ann_correct = 9;
    study.arms = {{.name = "baseline", .layers = "", .family = "baseline", .edited = {}},
                  {.name = "permute:shared",
                   .layers = "conv1",
                   .family = "permute:shared",
                   .edited = {"conv1"},
                   .has_chance = true},
                  {.name = "identity", .layers = "all", .family = "identity", .edited = {"input", "conv1"}}};

    StudyCell baseline = sample_cell(0, {{.seed = 7, .correct = 8, .agreement = 9}});
    baseline.details = {silent_detail(), sample_detail()};
    StudyCell shuffled =
        sample_cell(1, {{.seed = 7, .correct = 6, .agreement = 7}, {.seed = 8, .correct = 5, .agreement = 5}});
    shuffled.extra_ticks = 3;
    shuffled.interval = Interval{0.0, 1.0};
    shuffled.comparison = shuffled_comparison();
    StudyCell identity = sample_cell(2, {{.seed = 7, .correct = 8, .agreement = 9}});
    identity.comparison = StudyComparison{};
    identity.comparison->seeds = {{.seed = 7}};
    study.cells = {baseline, shuffled, identity};

    study.controls = {{"identity", "10 of 10 samples are bit-equal to the baseline", ControlOutcome::passed}};
    study.rasters = {{.arm = 1,
                      .T = 2,
                      .layer = "conv1",
                      .sample = 0,
                      .neurons = {3, 5},
                      .times = {{1}, {}},
                      .times_before = {{0}, {}}}};
    study.warnings = {"two seeds say little"};
    return study;
}

StudyResult unlabelled_study() {
    StudyResult study = sample_study();
    study.has_labels = study.has_ann = false;
    study.ann_correct = 0;
    for (StudyCell& cell : study.cells) {
        cell.interval.reset();
        cell.comparison.reset();
        for (SeedOutcome& outcome : cell.seeds) outcome.correct = outcome.agreement = 0;
        for (LayerDetail& detail : cell.details) detail.has_ann = false;
    }
    return study;
}

}  // namespace syncopate
