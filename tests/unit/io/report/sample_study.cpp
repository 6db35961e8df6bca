#include "tests/unit/io/report/sample_study.hpp"

#include <algorithm>
#include <cmath>

namespace syncopate::test {

namespace {

constexpr std::int64_t samples = 10000;
constexpr std::int64_t detail_samples = 256;

/// From 0 to 1; a function of its place alone.
double noise(std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0) {
    std::uint64_t x = a * 0x9E3779B97F4A7C15U + b * 0xBF58476D1CE4E5B9U + c * 0x94D049BB133111EBU + 1;
    x ^= x >> 31U;
    x *= 0x7FB5D329728EA185U;
    x ^= x >> 27U;
    x *= 0x81DADEF4BC2DD44DU;
    x ^= x >> 33U;
    return static_cast<double>(x >> 11U) / 9007199254740992.0;
}

std::int64_t rounded(double value) { return std::llround(value); }

std::string layer_name(std::size_t layer, std::size_t layers) {
    if (layer == 0) return "conv1";
    if (layer + 1 == layers) return "fc";
    const std::size_t block = (layer - 1) / 2;
    return "layer" + std::to_string(1 + block / 2) + "." + std::to_string(block % 2) + ".relu" +
           std::to_string(1 + (layer - 1) % 2);
}

StudyArm an_arm(const std::string& name, const std::string& layers, const std::string& family) {
    StudyArm arm;
    arm.name = name;
    arm.layers = layers;
    arm.family = family;
    if (!layers.empty()) arm.edited = {layers == "all" ? "conv1" : layers};
    return arm;
}

/// How much better the arm is than the baseline, as a share, before chance.
double effect(std::size_t arm, Tick T) {
    return arm == 0 ? 0.0 : (0.09 * noise(arm, 77) - 0.03) / std::sqrt(static_cast<double>(T));
}

/// `total` spread over bins around `centre`, so that the sum is kept.
std::vector<std::int64_t> bell(std::size_t bins, double centre, double width, std::int64_t total) {
    std::vector<double> weights;
    double sum = 0.0;
    for (std::size_t n = 0; n < bins; ++n) {
        const double z = (static_cast<double>(n) - centre) / width;
        weights.push_back(std::exp(-0.5 * z * z) + 0.0002);
        sum += weights.back();
    }
    std::vector<std::int64_t> counts;
    std::int64_t left = total;
    for (const double weight : weights) {
        counts.push_back(std::min(left, rounded(static_cast<double>(total) * weight / sum)));
        left -= counts.back();
    }
    counts[static_cast<std::size_t>(std::clamp(centre, 0.0, static_cast<double>(bins - 1)))] += left;
    return counts;
}

double mean_of(const std::vector<std::int64_t>& counts) {
    double sum = 0.0;
    double weighted = 0.0;
    for (std::size_t n = 0; n < counts.size(); ++n) {
        sum += static_cast<double>(counts[n]);
        weighted += static_cast<double>(counts[n]) * static_cast<double>(n);
    }
    return sum > 0.0 ? weighted / sum : 0.0;
}

LayerDetail detail(const SampleStudy& study, std::size_t arm, Tick T, std::size_t layer) {
    const double depth = static_cast<double>(layer) / static_cast<double>(std::max<std::size_t>(study.layers, 2) - 1);
    const double late = (0.15 + 0.45 * depth) * T * (arm == 0 ? 1.0 : 0.6 + 0.4 * noise(arm, 5));
    const bool is_readout = layer + 1 == study.layers;
    LayerDetail result;
    result.name = layer_name(layer, study.layers);
    result.neurons = detail_samples * (is_readout ? 10 : 16384 >> (2 * (layer / 6)));
    result.silent = rounded(static_cast<double>(result.neurons) * (0.35 + 0.3 * depth + 0.05 * noise(arm, layer)));
    const std::int64_t spiking = result.neurons - result.silent;
    const auto ticks = static_cast<std::size_t>(T);
    result.spikes_by_tick = bell(ticks, late + 0.2 * T, 0.4 * T, 2 * spiking);
    result.first_spike = bell(ticks, late * 0.7, 0.5 + 0.15 * T, spiking);
    result.centroid = bell(ticks, late + 0.15 * T, 0.5 + 0.12 * T, spiking);
    result.mean_first_spike = mean_of(result.first_spike);
    result.mean_centroid = mean_of(result.centroid);
    result.has_ann = true;
    result.offset = bell(2 * ticks + 1, T + 0.4 * noise(arm, layer, 3) - 0.2, 0.5 + 0.6 * depth, result.neurons);
    result.ann_silent = result.silent;
    result.false_spiking = rounded(0.04 * depth * static_cast<double>(result.neurons) * (1.0 + noise(arm, layer, 9)));
    result.missed = rounded(0.03 * depth * static_cast<double>(result.neurons) * (1.0 + noise(arm, layer, 8)));
    result.has_residual = !is_readout;
    const double share = 0.02 + 0.06 * depth * (arm == 0 ? 1.0 : 0.5 + 0.5 * noise(arm, 6));
    result.residual_high = rounded(share * static_cast<double>(result.neurons));
    result.residual_low = rounded(0.8 * share * static_cast<double>(result.neurons));
    result.clipping = {-0.004 - 0.006 * noise(layer, 1), 0.004 + 0.006 * noise(layer, 1)};
    result.quantisation = {0.004 * noise(layer, 2) - 0.002, 0.25 / T};
    result.unevenness = {0.08 * depth * (noise(arm, layer, 4) - 0.6) / T, (0.1 + 0.5 * depth * noise(arm, 7)) / T};
    result.total = {
        result.clipping.mean + result.quantisation.mean + result.unevenness.mean,
        0.8 * (result.clipping.mean_magnitude + result.quantisation.mean_magnitude + result.unevenness.mean_magnitude)};
    return result;
}

StudyComparison comparison(const SampleStudy& study, std::size_t arm, Tick T, std::size_t runs) {
    StudyComparison result;
    double sum = 0.0;
    std::vector<double> differences;
    for (std::size_t seed = 0; seed < runs; ++seed) {
        const double difference = effect(arm, T) + 0.004 * (noise(arm, seed, static_cast<std::uint64_t>(T)) - 0.5);
        const std::int64_t both = rounded(0.3 / T * samples);
        const std::int64_t gained = rounded(difference * samples);
        result.seeds.push_back({seed, both / 2 + std::max<std::int64_t>(gained, 0),
                                both / 2 + std::max<std::int64_t>(-gained, 0), 0.03, 0.02});
        sum += difference;
    }
    const double mean = sum / static_cast<double>(runs);
    result.difference = mean;
    const double half = 0.0011 + 0.002 * noise(arm, 21);
    if (runs > 1) result.interval = Interval{mean - half, mean + half};
    result.p = std::min(1.0, std::exp(-std::abs(mean) * 900.0));
    result.p_holm = std::min(1.0, result.p * static_cast<double>(study.arms.size()));
    const bool is_clear = result.p_holm < 0.05 && (runs < 2 || std::abs(mean) > half);
    if (is_clear) result.verdict = mean > 0.0 ? Verdict::better : Verdict::worse;
    return result;
}

StudyCell cell(const SampleStudy& study, std::size_t arm, Tick T) {
    StudyCell result;
    result.arm = arm;
    result.T = T;
    if (study.arms[arm].name.find("two-phase") != std::string::npos)
        result.extra_ticks = T * static_cast<Tick>(study.layers);
    const std::size_t runs = study.arms[arm].has_chance ? study.seeds : 1;
    if (arm > 0) result.comparison = comparison(study, arm, T, runs);
    const double baseline = 0.952 - 0.45 / T;
    double sum = 0.0;
    for (std::size_t seed = 0; seed < runs; ++seed) {
        const double gain =
            arm == 0 ? 0.0 : effect(arm, T) + 0.004 * (noise(arm, seed, static_cast<std::uint64_t>(T)) - 0.5);
        const std::int64_t correct = rounded(samples * (baseline + gain));
        result.seeds.push_back({seed, correct, correct + 60});
        sum += static_cast<double>(correct) / samples;
    }
    const double mean = sum / static_cast<double>(runs);
    const double half = 0.001 + 0.002 * noise(arm, 23);
    if (runs > 1) result.interval = Interval{mean - half, mean + half};
    for (std::size_t layer = 0; layer < study.layers; ++layer) {
        const std::int64_t spikes = rounded(3000.0 * T * samples * (1.0 + 0.1 * noise(arm, layer))) / 19;
        LayerTally tally = {.name = layer_name(layer, study.layers), .shape = {16, 32, 32}};
        tally.spikes = spikes * static_cast<std::int64_t>(runs);
        tally.synaptic_operations = tally.spikes * 288;
        result.layers.push_back(tally);
        result.details.push_back(detail(study, arm, T, layer));
    }
    return result;
}

StudyRaster raster(std::size_t arm, Tick T, std::size_t neurons, const std::string& layer) {
    StudyRaster result;
    result.arm = arm;
    result.T = T;
    result.layer = layer;
    result.sample = 3;
    for (std::size_t n = 0; n < neurons; ++n) {
        std::vector<Tick> before;
        std::vector<Tick> after;
        for (Tick t = 0; t < T; ++t)
            if (noise(n, static_cast<std::uint64_t>(t), 31) < 0.5 * noise(n, 41) + 0.3 * t / T) before.push_back(t);
        for (const Tick t : before) after.push_back(static_cast<Tick>((t * 5 + 3) % T));
        std::sort(after.begin(), after.end());
        result.neurons.push_back(static_cast<std::int32_t>(1024 + 37 * n));
        result.times_before.push_back(before);
        result.times.push_back(after);
    }
    return result;
}

}  // namespace

StudyResult SampleStudy::result() const {
    StudyResult result;
    result.T = T;
    result.samples = samples;
    result.detail_samples = detail_samples;
    result.manifest.version = "0.1.0";
    result.manifest.commit = "a84b9a3";
    result.manifest.network = "networks/cifar10-resnet20-qcfs.json";
    result.manifest.network_hash = "0f343b0931126a20f133d67c2b018a3b5f1c7f0d2bb1f2b8b0d0a4b8f2f0a1c9";
    result.manifest.data = "data/cifar-10-batches-bin";
    result.manifest.data_format = "cifar10";
    result.manifest.input_range = "0:255";
    result.manifest.data_hash = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd";
    for (std::size_t seed = 0; seed < seeds; ++seed) result.manifest.seeds.push_back(seed);
    result.manifest.options = {"--T", "4,8,16", "--arms", "permute:shared,permute:neuron", "--seeds", "5"};
    result.has_labels = true;
    result.has_ann = true;
    result.ann_correct = 9521;
    result.arms = arms;
    for (std::size_t arm = 0; arm < arms.size(); ++arm)
        for (const Tick time : T) result.cells.push_back(cell(*this, arm, time));
    result.controls = {
        {"identity", "the identity rearrangement of all layers gave the baseline's logits bit by bit on 10,000 samples",
         ControlOutcome::passed},
        {"counts", "every rearrangement kept every neuron's number of spikes", ControlOutcome::passed},
        {"sum-only target", "rearranging the spikes before the read-out changed no logit", ControlOutcome::passed}};
    if (arms.size() > 1) result.rasters = {raster(1, T.back(), 16, "layer1.0.relu1")};
    if (arms.size() > 2) result.rasters.push_back(raster(2, T.front(), 40, "layer3.1.relu2"));
    return result;
}

SampleStudy eight_arms() {
    SampleStudy study;
    const auto arm = [&](const std::string& name, bool has_chance) {
        study.arms.push_back(an_arm(name, "all", name));
        study.arms.back().has_chance = has_chance;
    };
    study.arms.push_back(an_arm("baseline", "", "baseline"));
    arm("permute:shared", true);
    arm("permute:neuron", true);
    arm("reverse", false);
    arm("front-load", false);
    arm("back-load", false);
    arm("two-phase", true);
    arm("delay:uniform:0..3:per-channel", false);
    return study;
}

SampleStudy two_arms() {
    SampleStudy study = eight_arms();
    study.arms.resize(2);
    return study;
}

SampleStudy all_orders() {
    SampleStudy study;
    study.T = {4};
    study.arms.push_back(an_arm("baseline", "", "baseline"));
    std::string order = "0123";
    do {
        const std::string name = std::string("permute:") + order[0] + "-" + order[1] + "-" + order[2] + "-" + order[3];
        study.arms.push_back(an_arm(name, "all", "permute:all"));
    } while (std::next_permutation(order.begin(), order.end()));
    return study;
}

SampleStudy each_layer() {
    SampleStudy study;
    study.arms.push_back(an_arm("baseline", "", "baseline"));
    for (std::size_t layer = 0; layer < study.layers; ++layer) {
        const std::string place = layer_name(layer, study.layers);
        study.arms.push_back(an_arm("permute:shared", place, "permute:shared"));
        study.arms.back().has_chance = true;
    }
    return study;
}

SampleStudy many_arms(std::size_t count) {
    SampleStudy study;
    study.arms.push_back(an_arm("baseline", "", "baseline"));
    for (std::size_t n = 1; n <= count; ++n) {
        const std::string name = "shift:uniform:" + std::to_string(n);
        study.arms.push_back(an_arm(name, "all", name));
    }
    return study;
}

}  // namespace syncopate::test
