#include "topology/conversion/convert.hpp"
#include "neurons/models/bernoulli_rate.hpp"
#include "neurons/models/integrate_and_fire.hpp"

#include "core/error.hpp"
#include "tests/unit/topology/conversion/ann_builder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace syncopate;
using namespace syncopate::test;

namespace {

/// A calibration of one activation with the given maxima; all values of a channel lie in its top bin, but for zeros.
Calibration measured(const AnnGraph& graph, std::vector<float> maximum, bool per_channel, std::uint64_t zeros = 0) {
    Calibration calibration{{per_channel, 16}, 10, 2.5F, {}};
    ActivationHistogram histogram;
    histogram.name = graph.nodes[static_cast<std::size_t>(activation_nodes(graph)[0])].name;
    histogram.maximum = maximum;
    histogram.range = per_channel ? maximum : std::vector<float>{*std::ranges::max_element(maximum)};
    histogram.zeros.assign(histogram.range.size(), zeros);
    for (const float range : histogram.range) {
        histogram.counts.insert(histogram.counts.end(), 15, 0);
        histogram.counts.push_back(range > 0.0F ? 100 : 0);
    }
    calibration.activations = {histogram};
    return calibration;
}

struct OneLayer {
    explicit OneLayer(std::int32_t channels) : builder({2, 3, 3}) {
        before = builder.convolution(0, {.channels = channels});
    }
    AnnGraph with(std::int32_t activation) { return builder.finish(builder.convolution(activation, {.channels = 2})); }

    AnnBuilder builder;
    std::int32_t before = 0;
};

AnnGraph relu_network(std::int32_t channels, std::vector<double> cap = {std::numeric_limits<double>::infinity()}) {
    OneLayer layer(channels);
    return layer.with(layer.builder.relu(layer.before, std::move(cap)));
}

const IntegrateAndFire& neurons(const Conversion& conversion) {
    return (*conversion.graph.populations[1].model.as<IntegrateAndFire>());
}

bool holds(const std::vector<std::string>& lines, const std::string& part) {
    return std::ranges::any_of(lines, [&](const std::string& line) { return line.find(part) != std::string::npos; });
}

ConversionOptions by(const char* rule) {
    ConversionOptions options;
    options.threshold = parse_threshold_rule(rule);
    return options;
}

/// Clocked simulation in double precision: spikes of every population summed over the ticks, and the read-out's mean.
std::vector<std::vector<double>> simulate(const LayerGraph& graph, const std::vector<double>& input, int ticks) {
    std::vector<std::vector<double>> v, counts, sent(graph.populations.size());
    for (const Population& population : graph.populations) {
        v.emplace_back(static_cast<std::size_t>(population.shape.size()), 0.0);
        counts.emplace_back(v.back().size(), 0.0);
        const auto* model = population.model.as<IntegrateAndFire>();
        for (std::size_t i = 0; model != nullptr && i < v.back().size(); ++i)
            v.back()[i] = model->v_init * model->v_threshold[i / (v.back().size() / model->v_threshold.size())];
    }
    for (int t = 0; t < ticks; ++t) {
        for (std::size_t p = 0; p < graph.populations.size(); ++p) {
            const Population& population = graph.populations[p];
            if (p == 0) {
                sent[0] = input;
                continue;
            }
            for (std::size_t i = 0; i < v[p].size() && !population.bias.empty(); ++i)
                v[p][i] += population.bias[i / (v[p].size() / population.bias.size())];
            for (const Projection& projection : graph.projections) {
                if (projection.target != p) continue;
                std::vector<double> values = sent[projection.source];
                for (const LinearStage& stage : projection.stages) {
                    std::vector<double> next(static_cast<std::size_t>(output_shape(stage).size()));
                    apply(stage, graph.tensors, values, next);
                    values = std::move(next);
                }
                for (std::size_t i = 0; i < values.size(); ++i) v[p][i] += values[i];
            }
            sent[p].assign(v[p].size(), 0.0);
            const auto* model = population.model.as<IntegrateAndFire>();
            for (std::size_t i = 0; model != nullptr && i < v[p].size(); ++i) {
                const double threshold = model->v_threshold[i / (v[p].size() / model->v_threshold.size())];
                if (v[p][i] < threshold) continue;
                v[p][i] -= threshold;
                sent[p][i] = threshold;
                counts[p][i] += 1.0;
            }
        }
    }
    for (double& mean : v.back()) mean /= ticks;
    counts.back() = v.back();
    return counts;
}

}  // namespace

TEST_CASE("threshold rule: the words that users know are read and written back") {
    for (const char* text : {"qcfs", "max", "99.9%", "0.8", "100%"})
        CHECK(to_string(parse_threshold_rule(text)) == text);
    CHECK(parse_threshold_rule("99.9%").kind == ThresholdRule::Kind::percentile);
    CHECK(parse_threshold_rule("99.9%").value == 99.9);
    CHECK(parse_threshold_rule("0.8").kind == ThresholdRule::Kind::scaled_max);
    for (const char* text : {"", "%", "0", "0%", "100.1%", "-1", "nan", "nan%", "inf", "17", "max ", "0.8x"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(parse_threshold_rule(text), UsageError);
    }
    CHECK_THROWS_WITH_AS(parse_threshold_rule("median"),
                         "threshold \"median\": possible are qcfs, max, a percentile like 99.9% (above 0, at most "
                         "100), or a factor of the maximum like 0.8 (above 0, at most 16)",
                         UsageError);
}

TEST_CASE("conversion: a step keeps its threshold, its levels are reported and v_init is its shift") {
    OneLayer layer(2);
    const AnnGraph graph = layer.with(layer.builder.step(layer.before, {0.5, 2.0}, 8, 0.25));
    for (const ConversionOptions& options : {ConversionOptions{}, by("qcfs")}) {
        const Conversion found = convert(graph, options);
        CHECK(neurons(found).v_threshold == std::vector<double>{0.5, 2.0});
        CHECK(neurons(found).v_init == 0.25);
        REQUIRE(found.layers.size() == 1);
        CHECK(found.layers[0].rule == "qcfs");
        CHECK(found.layers[0].levels == 8);
        CHECK(found.layers[0].threshold_min == 0.5);
        CHECK(found.layers[0].threshold_max == 2.0);
        CHECK(found.warnings.empty());
        CHECK(holds(found.graph.notes, "thresholds: qcfs"));
        CHECK(std::get<AnnStep>(found.graph.populations[1].activation).levels == 8);
    }
    ConversionOptions from_zero;
    from_zero.v_init = 0.0;
    CHECK(neurons(convert(graph, from_zero)).v_init == 0.0);
}

TEST_CASE("conversion: data-based rules per layer and per channel") {
    const AnnGraph graph = relu_network(3);
    const Calibration per_layer = measured(graph, {1.0F, 4.0F, 2.0F}, false);
    const Calibration per_channel = measured(graph, {1.0F, 4.0F, 2.0F}, true);
    CHECK(neurons(convert(graph, {}, &per_layer)).v_threshold == std::vector<double>{4.0});
    CHECK(neurons(convert(graph, by("max"), &per_channel)).v_threshold == std::vector<double>{4.0});
    CHECK(neurons(convert(graph, by("0.5"), &per_layer)).v_threshold == std::vector<double>{2.0});
    CHECK(neurons(convert(graph, by("100%"), &per_layer)).v_threshold == std::vector<double>{4.0});
    ConversionOptions channels = by("max");
    channels.per_channel = true;
    CHECK(neurons(convert(graph, channels, &per_layer)).v_threshold == std::vector<double>{1.0, 4.0, 2.0});
    channels = by("100%");
    channels.per_channel = true;
    CHECK(neurons(convert(graph, channels, &per_channel)).v_threshold == std::vector<double>{1.0, 4.0, 2.0});
    CHECK_THROWS_WITH_AS(convert(graph, channels, &per_layer),
                         "node \"relu2\": thresholds per channel by percentile need a calibration per channel",
                         UsageError);
    CHECK_THROWS_WITH_AS(convert(graph, by("99%"), &per_channel),
                         "node \"relu2\": thresholds per layer by percentile need a calibration per layer", UsageError);
}

TEST_CASE("conversion: percentiles count zeros or leave them out, as asked for") {
    const AnnGraph graph = relu_network(1);
    const Calibration rarely = measured(graph, {4.0F}, false, 900);  // 900 zeros, 100 values just below 4
    ConversionOptions options = by("50%");
    CHECK(neurons(convert(graph, options, &rarely)).v_threshold[0] == 4.0 / 256);
    CHECK(holds(convert(graph, options, &rarely).warnings, "threshold by 50% is 0, because it fires too rarely"));
    options.count_zeros = false;
    CHECK(neurons(convert(graph, options, &rarely)).v_threshold[0] > 3.75);
}

TEST_CASE("conversion: a channel that never fires gets 2^-8 of the layer's largest threshold, and it is reported") {
    const AnnGraph graph = relu_network(3);
    const Calibration calibration = measured(graph, {0.0F, 4.0F, 0.001F}, true);
    ConversionOptions options = by("max");
    options.per_channel = true;
    const Conversion found = convert(graph, options, &calibration);
    CHECK(neurons(found).v_threshold == std::vector<double>{4.0 / 256, 4.0, 4.0 / 256});
    CHECK(found.layers[0].floored_channels == 2);
    CHECK(holds(found.warnings, "node \"relu2\": 2 of 3 channels hardly fire in calibration"));
    CHECK(holds(found.graph.notes, "thresholds raised to the floor: 2 channels"));

    const Calibration silent = measured(graph, {0.0F, 0.0F, 0.0F}, true);
    CHECK(neurons(convert(graph, options, &silent)).v_threshold == std::vector<double>{1.0, 1.0, 1.0});
    CHECK(holds(convert(graph, options, &silent).warnings, "nothing fires in calibration; its threshold becomes 1"));
}

TEST_CASE("conversion: the threshold of a clipped ReLU never exceeds its cap") {
    const AnnGraph graph = relu_network(3, {6.0});
    const Calibration calibration = measured(graph, {5.0F, 6.0F, 2.0F}, false);
    CHECK(neurons(convert(graph, by("max"), &calibration)).v_threshold == std::vector<double>{6.0});
    CHECK(neurons(convert(graph, by("2"), &calibration)).v_threshold == std::vector<double>{6.0});
    CHECK(neurons(convert(graph, by("0.5"), &calibration)).v_threshold == std::vector<double>{3.0});
    CHECK(neurons(convert(graph, by("qcfs"))).v_threshold == std::vector<double>{6.0});
    const Conversion without_data = convert(graph, {});
    CHECK(neurons(without_data).v_threshold == std::vector<double>{6.0});
    CHECK(without_data.layers[0].rule == "cap");
    CHECK(without_data.layers[0].activation == "clipped relu");
    CHECK(holds(without_data.warnings, "no calibration samples, so its cap becomes its threshold"));
    const AnnGraph of_channels = relu_network(3, {6.0, 1.0, 3.0});
    CHECK(neurons(convert(of_channels, by("max"), &calibration)).v_threshold == std::vector<double>{6.0, 1.0, 3.0});
}

TEST_CASE("conversion: a data-based rule on a step is done and warned of") {
    OneLayer layer(1);
    const AnnGraph graph = layer.with(layer.builder.step(layer.before, {2.0}, 4));
    const Calibration calibration = measured(graph, {1.5F}, false);
    const Conversion found = convert(graph, by("max"), &calibration);
    CHECK(neurons(found).v_threshold == std::vector<double>{1.5});
    CHECK(neurons(found).v_init == 0.5);
    CHECK(holds(found.warnings, "replaces the threshold that this step was trained with"));
}

TEST_CASE("conversion: what needs calibration says so") {
    const AnnGraph graph = relu_network(2);
    CHECK_THROWS_WITH_AS(convert(graph, {}),
                         "node \"relu2\": the threshold rule max needs calibration samples, and there are none; give "
                         "some (--calibration DATA)",
                         UsageError);
    CHECK_THROWS_WITH_AS(convert(graph, by("qcfs")),
                         "node \"relu2\": qcfs takes the threshold that a network was trained with, and a ReLU without "
                         "a cap has none; use max or a percentile like 99.9%, with calibration samples",
                         RefusedError);
    const AnnGraph other = relu_network(3);
    const Calibration calibration = measured(other, {1.0F, 1.0F, 1.0F}, false);
    CHECK_THROWS_WITH_AS(convert(graph, {}, &calibration),
                         "the calibration belongs to another network; calibrate this one", UsageError);
    ConversionOptions bernoulli;
    bernoulli.encoding = InputEncoding::bernoulli_rate;
    CHECK_THROWS_WITH_AS(convert(relu_network(1, {1.0}), bernoulli),
                         "a Bernoulli-rate input needs the largest magnitude of the input, which calibration finds; "
                         "give calibration samples (--calibration DATA)",
                         UsageError);
    const Calibration fitting = measured(graph, {1.0F, 1.0F}, false);
    CHECK((*convert(graph, bernoulli, &fitting).graph.populations[0].model.as<BernoulliRate>()).maximum == 2.5);
}

TEST_CASE("conversion: inputs beyond ±127, which pixels or the calibration can give, are divided by a power of two") {
    const AnnGraph graph = relu_network(2, {1.0});
    const auto exponent = [&](const Preprocessing& preprocessing, float maximum) {
        ConversionOptions options;
        options.preprocessing = preprocessing;
        Calibration calibration = measured(graph, {1.0F, 1.0F}, false);
        calibration.input_maximum = maximum;
        const Conversion conversion = convert(graph, options, &calibration);
        const std::int32_t direct = conversion.graph.populations[0].model.input_exponent();
        CHECK(holds(conversion.graph.notes, "the input is divided by 2^") == (direct > 0));
        options.encoding = InputEncoding::bernoulli_rate;
        CHECK(convert(graph, options, &calibration).graph.populations[0].model.input_exponent() == direct);
        return direct;
    };
    CHECK(exponent({}, 2.5F) == 0);
    CHECK(exponent({}, 127.0F) == 0);
    CHECK(exponent({}, 127.5F) == 1);
    CHECK(exponent({.scale = 1.0, .mean = {}, .std = {}}, 2.5F) == 2);
    CHECK(exponent({.scale = 1.0, .mean = {104.0, 117.0}, .std = {}}, 2.5F) == 1);
    CHECK(exponent({.scale = 1.0, .mean = {}, .std = {1.0, 0.25}}, 2.5F) == 4);
    ConversionOptions absurd;
    absurd.preprocessing = {.scale = 1e12, .mean = {}, .std = {}};
    CHECK_THROWS_WITH_AS(convert(graph, absurd), doctest::Contains("more than 127 times 2^24; check the preprocessing"),
                         RefusedError);
}

TEST_CASE("conversion: max pooling of sums is refused with what to do instead") {
    OneLayer layer(2);
    const std::int32_t sums = layer.builder.convolution(layer.builder.relu(layer.before, {1.0}), {.channels = 2});
    const AnnGraph graph = layer.with(layer.builder.max_pool(sums, 2, 1));
    CHECK_THROWS_WITH_AS(convert(graph, {}),
                         "node \"maxpool4\" (max pooling): it takes the maximum of the values of \"conv3\", not of "
                         "spikes, and no activation directly before or behind it changes that; train the network with "
                         "an activation before the pooling, or choose --max-pool maxpool4=average, which makes another "
                         "network",
                         RefusedError);
}

TEST_CASE("conversion: a softmax at the end is left out, elsewhere it is refused") {
    OneLayer layer(2);
    const std::int32_t logits = layer.builder.convolution(layer.builder.relu(layer.before, {1.0}), {.channels = 3});
    const std::int32_t softmax = layer.builder.softmax(logits);
    const Conversion found = convert(layer.builder.finish(softmax), {});
    CHECK(found.graph.populations.back().name == "conv3");
    CHECK(holds(found.warnings, "node \"softmax4\" (softmax) at the end is left out"));
    CHECK(holds(found.graph.notes, "left out: softmax \"softmax4\" at the end"));
    CHECK_THROWS_WITH_AS(convert(layer.with(softmax), {}), doctest::Contains("node \"softmax4\" (softmax): it is not"),
                         RefusedError);
}

TEST_CASE("conversion: an output that is an activation, the input, or nothing of the input is refused") {
    OneLayer layer(2);
    const std::int32_t last = layer.builder.flatten(layer.builder.relu(layer.before, {1.0}));
    CHECK_THROWS_WITH_AS(convert(layer.builder.finish(last), {}),
                         "node \"relu2\": an activation gives the network's output, but a read-out needs a linear "
                         "layer before it; export the network without its last activation",
                         RefusedError);
    CHECK_THROWS_WITH_AS(convert(layer.builder.finish(0), {}),
                         "node \"input\": the output is the input itself; there is nothing to convert", RefusedError);
    AnnBuilder b({1, 2, 2});
    const std::int32_t nothing = b.gather(b.relu(b.convolution(0, {.channels = 1}), {1.0}), {1, 1, 1}, {-1});
    const AnnGraph graph = b.finish(b.convolution(nothing, {.channels = 1}));
    CHECK_THROWS_WITH_AS(convert(graph, {}),
                         "node \"conv4\": the output does not depend on the input; check what the network was exported "
                         "from",
                         RefusedError);
}

TEST_CASE("conversion: paths that double at every add are summed on the way instead of filling the memory") {
    AnnBuilder b({1, 2, 2});
    std::int32_t x = b.relu(b.convolution(0, {.channels = 1}), {1.0});
    for (int i = 0; i < 40; ++i) x = b.add({x, b.convolution(x, {.channels = 1})});
    const LayerGraph graph = convert(b.finish(x), {}).graph;
    CHECK(graph.populations.size() > 3);
    CHECK(graph.projections.size() < 2000);
}

TEST_CASE("conversion: a chain of many linear operators is neither slow nor deep") {
    AnnBuilder b({1, 1, 1});
    std::int32_t x = b.relu(b.convolution(0, {.channels = 1}), {1.0});
    for (int i = 0; i < 20000; ++i) x = b.scale(x, {i % 2 == 0 ? 2.0 : 0.5});
    const Conversion found = convert(b.finish(b.convolution(x, {.channels = 1})), {});
    CHECK(found.graph.projections.back().stages.size() == 1);
}

TEST_CASE("conversion: a network without activations converts with a warning") {
    AnnBuilder b({2, 2, 2});
    const AnnGraph graph = b.finish(b.convolution(b.flatten(0), {.channels = 3}));
    const Conversion found = convert(graph, {});
    CHECK(found.graph.populations.size() == 2);
    CHECK(holds(found.warnings, "the network has no activation"));
}

TEST_CASE("conversion: nodes that the output does not need are ignored and named") {
    OneLayer layer(2);
    const std::int32_t unused = layer.builder.max_pool(0, 2, 1);
    layer.builder.rename(unused, "aside");
    const Conversion found = convert(layer.with(layer.builder.relu(layer.before, {1.0})), {});
    CHECK(holds(found.warnings, "the output does not need \"aside\"; ignored"));
    CHECK(found.graph.tensors.size() == 2);
}

TEST_CASE("conversion: after L ticks of a constant current a QCFS layer has fired exactly its quantised activation") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        AnnBuilder b({3, 4, 4}, seed);
        const std::int32_t levels = 1 + static_cast<std::int32_t>(seed % 8);
        const double shift = seed % 3 == 0 ? 0.0 : 0.5;
        const std::int32_t step =
            b.step(b.batch_norm(b.convolution(0, {.channels = 4, .kernel = 3, .pad = 1})), {0.7}, levels, shift);
        const AnnGraph graph = b.finish(b.convolution(step, {.channels = 2}));
        const std::vector<double> input = random_input(graph, seed);
        const auto counts = simulate(convert(graph, {}).graph, input, levels);
        const auto values = evaluate(graph, input);
        for (std::size_t i = 0; i < counts[1].size(); ++i)
            CHECK(counts[1][i] * 0.7 / levels == doctest::Approx(values[static_cast<std::size_t>(step)][i]));
        for (std::size_t i = 0; i < values.back().size(); ++i)
            CHECK(counts[2][i] == doctest::Approx(values.back()[i]).epsilon(1e-9));
    }
}

TEST_CASE("T9: thresholds, biases and input times c leave every spike where it was, and multiply the output by c") {
    const auto network = [](double c) {
        AnnBuilder b({2, 5, 5}, 11);
        const std::int32_t first = b.step(b.scale(b.convolution(0, {.channels = 3, .kernel = 3}), {1.0}), {0.5 * c}, 4);
        const std::int32_t second = b.step(b.convolution(first, {.channels = 3}), {0.25 * c}, 4);
        AnnGraph graph = b.finish(b.convolution(second, {.channels = 2}));
        for (AnnNode& node : graph.nodes) {
            auto* linear = std::get_if<AnnLinear>(&node.operation);
            if (linear == nullptr) continue;
            for (double& value : linear->bias) value *= c;
        }
        return graph;
    };
    std::vector<double> input = random_input(network(1.0), 11);
    const auto expected = simulate(convert(network(1.0), {}).graph, input, 16);
    for (double& x : input) x *= 4.0;
    const auto found = simulate(convert(network(4.0), {}).graph, input, 16);
    double spikes = 0.0;
    for (const double count : expected[2]) spikes += count;
    CHECK(spikes > 0.0);
    CHECK(found[1] == expected[1]);
    CHECK(found[2] == expected[2]);
    for (std::size_t i = 0; i < found[3].size(); ++i) CHECK(found[3][i] == 4.0 * expected[3][i]);
}
