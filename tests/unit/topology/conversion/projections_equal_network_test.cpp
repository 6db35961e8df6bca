#include "tests/unit/topology/conversion/ann_builder.hpp"
#include "topology/conversion/convert.hpp"
#include "topology/conversion/linear_paths.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <map>

using namespace syncopate;
using namespace syncopate::test;

namespace {

/// Any thresholds: what flows into a population does not depend on them.
Conversion converted(const AnnGraph& graph) {
    Calibration calibration;
    for (const NodeIndex n : activation_nodes(graph)) {
        const AnnNode& node = graph.nodes[n];
        ActivationHistogram measured;
        measured.name = node.name;
        measured.maximum.assign(static_cast<std::size_t>(node.shape.channels), 1.0F);
        measured.range = {1.0F};
        measured.zeros = {0};
        measured.counts.assign(16, 1);
        calibration.activations.push_back(measured);
    }
    // Without linear populations, which leave the constants of what they sum out.
    return convert(graph, {.composition = {.free_weights = std::numeric_limits<double>::infinity()}}, &calibration);
}

std::vector<double> through(const LayerGraph& graph, const Projection& projection, std::vector<double> values) {
    for (const LinearStage& stage : projection.stages) {
        std::vector<double> next(static_cast<std::size_t>(output_shape(stage).size()));
        apply(stage, graph.tensors, values, next);
        values = std::move(next);
    }
    return values;
}

/// Current of every population when every source sends exactly the activation that the network has.
std::vector<std::vector<double>> currents(const LayerGraph& graph,
                                          const std::map<std::string, std::vector<double>>& sent) {
    std::vector<std::vector<double>> sums;
    for (const Population& population : graph.populations) {
        std::vector<double> sum(static_cast<std::size_t>(population.shape.size()), 0.0);
        for (std::size_t i = 0; i < sum.size() && !population.bias.empty(); ++i)
            sum[i] = population.bias[i / (sum.size() / population.bias.size())];
        sums.push_back(std::move(sum));
    }
    for (const Projection& projection : graph.projections) {
        const Population& source = graph.populations[projection.source];
        const std::vector<double> values = through(graph, projection, sent.at(source.name));
        std::vector<double>& sum = sums[projection.target];
        REQUIRE(values.size() == sum.size());
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += values[i];
    }
    return sums;
}

/// Largest difference between a population's current and what flows into its activation in the network, relative to
/// the largest value of that layer.
double largest_difference(const AnnGraph& ann, const LayerGraph& graph, std::span<const double> input) {
    const std::vector<std::vector<double>> values = evaluate(ann, input);
    std::map<std::string, std::vector<double>> sent;
    std::map<std::string, std::size_t> node_of;
    for (std::size_t n = 0; n < ann.nodes.size(); ++n) {
        sent[ann.nodes[n].name] = values[n];
        node_of[ann.nodes[n].name] = n;
    }
    const std::vector<std::vector<double>> found = currents(graph, sent);
    double difference = 0.0;
    for (std::size_t p = 1; p < graph.populations.size(); ++p) {
        const AnnNode& node = ann.nodes[node_of.at(graph.populations[p].name)];
        const std::vector<double>& expected =
            is_population(node) ? values[static_cast<std::size_t>(node.inputs[0])] : sent.at(node.name);
        double scale = 1.0;
        for (const double v : expected) scale = std::max(scale, std::abs(v));
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const double error = std::abs(found[p][i] - expected[i]) / scale;
            if (!(error <= difference)) difference = error;
        }
    }
    return difference;
}

void check_network(const AnnGraph& ann, std::uint64_t seed) {
    const Conversion conversion = converted(ann);
    CHECK(largest_difference(ann, conversion.graph, random_input(ann, seed)) < 1e-9);
}

std::size_t projections_into(const LayerGraph& graph, const std::string& name) {
    const PopulationIndex target = find_population(graph, name);
    std::size_t count = 0;
    for (const Projection& projection : graph.projections) count += projection.target == target ? 1U : 0U;
    return count;
}

}  // namespace

TEST_CASE("conversion: projections and bias give the pre-activation of random networks") {
    std::size_t populations = 0, projections = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        CAPTURE(seed);
        const AnnGraph ann = random_ann(seed, true);
        const Conversion conversion = converted(ann);
        CHECK(largest_difference(ann, conversion.graph, random_input(ann, seed)) < 1e-9);
        populations += conversion.graph.populations.size();
        projections += conversion.graph.projections.size();
    }
    CHECK(populations > 450);
    CHECK(projections > populations);
}

TEST_CASE("conversion: a residual add is two projections into one population") {
    AnnBuilder b({3, 6, 6});
    const std::int32_t stem = b.relu(b.convolution(0, {.channels = 4, .kernel = 3, .pad = 1}));
    const std::int32_t inner = b.relu(b.batch_norm(b.convolution(stem, {.channels = 4, .kernel = 3, .pad = 1})));
    const std::int32_t branch = b.batch_norm(b.convolution(inner, {.channels = 4, .kernel = 3, .pad = 1}));
    const std::int32_t out = b.relu(b.add({branch, stem}));
    b.rename(out, "block");
    const AnnGraph ann = b.finish(b.convolution(b.flatten(b.average_pool(out, 6, 6)), {.channels = 2}));
    const LayerGraph graph = converted(ann).graph;
    CHECK(projections_into(graph, "block") == 2);
    check_network(ann, 3);
}

TEST_CASE("conversion: an option-A shortcut is one gather") {
    AnnBuilder b({4, 5, 6});
    const std::int32_t stem = b.relu(b.convolution(0, {.channels = 4}));
    const std::int32_t branch = b.convolution(stem, {.channels = 8, .kernel = 3, .stride = 2, .pad = 1});
    const std::int32_t out = b.relu(b.add({branch, b.option_a(stem, 8)}));
    b.rename(out, "block");
    const AnnGraph ann = b.finish(b.convolution(out, {.channels = 2}));
    const LayerGraph graph = converted(ann).graph;
    REQUIRE(projections_into(graph, "block") == 2);
    const Projection& shortcut = graph.projections[2];
    REQUIRE(shortcut.stages.size() == 1);
    CHECK(std::holds_alternative<Gather>(shortcut.stages[0]));
    check_network(ann, 4);
}

TEST_CASE("conversion: pre-activation blocks, linear bottlenecks and dense concatenations never get a spiking sum") {
    AnnBuilder b({3, 6, 6});
    std::int32_t trunk = b.convolution(0, {.channels = 4, .kernel = 3, .pad = 1});
    for (int block = 0; block < 3; ++block) {
        const std::int32_t active = b.relu(b.batch_norm(trunk));
        trunk = b.add({trunk, b.convolution(active, {.channels = 4, .kernel = 3, .pad = 1})});
    }
    std::vector<NodeIndex> dense = {b.relu(b.batch_norm(trunk))};
    for (int layer = 0; layer < 2; ++layer) {
        const NodeIndex all = dense.size() == 1 ? dense[0] : NodeIndex(b.concat(dense));
        dense.push_back(b.convolution(b.relu(b.batch_norm(all)), {.channels = 2, .kernel = 3, .pad = 1}));
    }
    const std::int32_t pooled = b.relu(b.average_pool(b.concat(dense), 3, 2, 1));
    b.rename(pooled, "pooled");
    const AnnGraph ann = b.finish(b.convolution(pooled, {.channels = 2}));
    const LayerGraph graph = converted(ann).graph;
    CHECK(graph.populations.size() == 1 + 3 + 1 + 2 + 1 + 1);
    CHECK(projections_into(graph, "pooled") == 3);
    check_network(ann, 5);
}

TEST_CASE("conversion: a bias that crosses a padded border becomes one of every neuron") {
    AnnBuilder b({2, 5, 5});
    const std::int32_t shifted = b.scale(b.convolution(0, {.channels = 3}), {1.0}, {0.5, -0.25, 0.125});
    const std::int32_t padded = b.relu(b.convolution(shifted, {.channels = 2, .kernel = 3, .pad = 1}));
    const std::int32_t plain = b.relu(b.convolution(padded, {.channels = 2, .kernel = 3, .pad = 1}));
    b.rename(padded, "padded");
    b.rename(plain, "plain");
    const AnnGraph ann = b.finish(b.convolution(plain, {.channels = 2}));
    const LayerGraph graph = converted(ann).graph;
    CHECK(graph.populations[static_cast<std::size_t>(find_population(graph, "padded"))].bias.size() == 50);
    CHECK(graph.populations[static_cast<std::size_t>(find_population(graph, "plain"))].bias.size() == 2);
    check_network(ann, 6);
}

TEST_CASE("conversion: the stages of a projection are few") {
    AnnBuilder b({4, 4, 4});
    const std::int32_t first = b.relu(b.convolution(0, {.channels = 4}));
    const std::int32_t moved = b.shuffle(b.shuffle(b.flatten(first), 2), 32);  // back where it was
    const std::int32_t scaled = b.scale(b.scale(b.scale(moved, {2.0}), {0.5}), {1.0});
    const std::int32_t second = b.relu(scaled);
    const AnnGraph ann = b.finish(b.convolution(second, {.channels = 2}));
    const LayerGraph graph = converted(ann).graph;
    CHECK(graph.projections[1].stages.empty());
    check_network(ann, 7);
}

TEST_CASE("T18: a projection through average pooling equals one through a convolution with weights of a quarter") {
    std::vector<float> quarter(3 * 3 * 2 * 2, 0.0F);
    for (std::size_t c = 0; c < 3; ++c)
        std::fill_n(quarter.begin() + static_cast<std::ptrdiff_t>((c * 3 + c) * 4), 4, 0.25F);
    const auto network = [&](bool pools) {
        AnnBuilder b({2, 6, 6}, 9);
        const std::int32_t first = b.relu(b.convolution(0, {.channels = 3, .kernel = 3}));
        const std::int32_t pooled = pools
                                        ? b.average_pool(first, 2, 2)
                                        : b.convolution(first, {.channels = 3, .kernel = 2, .stride = 2}, quarter, {});
        return b.finish(b.convolution(pooled, {.channels = 2}, {1, 2, 3, -1, 2, 1}, {}));
    };
    const AnnGraph with_pool = network(true), with_weights = network(false);
    const LayerGraph pooled = converted(with_pool).graph, weighted = converted(with_weights).graph;
    std::map<std::string, std::vector<double>> sent;
    const std::vector<double> input = random_input(with_pool, 9);
    sent["input"] = input;
    sent["relu2"] = evaluate(with_pool, input)[2];
    const std::vector<std::vector<double>> a = currents(pooled, sent), b = currents(weighted, sent);
    REQUIRE(a.back().size() == b.back().size());
    for (std::size_t i = 0; i < a.back().size(); ++i) CHECK(a.back()[i] == doctest::Approx(b.back()[i]).epsilon(1e-12));
}

TEST_CASE(
    "T19: batch normalisation as a scale and a bias is within 1e-5 of the network in float32 and of folded weights") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        AnnBuilder b({3, 6, 6}, seed);
        const std::int32_t normalised = b.batch_norm(b.convolution(0, {.channels = 5, .kernel = 3, .pad = 1}));
        const AnnGraph ann = b.finish(b.convolution(b.relu(normalised), {.channels = 2}));
        const LayerGraph graph = converted(ann).graph;
        const std::vector<double> input = random_input(ann, seed);
        const std::vector<double> found =
            currents(graph, {{"input", input}, {"relu3", std::vector<double>(180, 0.0)}})[1];
        const auto& conv = std::get<AnnLinear>(ann.nodes[1].operation);
        const auto& norm = std::get<AnnLinear>(ann.nodes[2].operation);
        const auto& factor = std::get<Scale>(norm.stage).factor;
        std::vector<Tensor> folded = ann.tensors;
        for (std::size_t i = 0; i < folded[0].values.size(); ++i)
            folded[0].values[i] *= static_cast<float>(factor[i / (folded[0].values.size() / 5)]);
        std::vector<double> expected(180);
        apply(conv.stage, folded, input, expected);
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const std::size_t c = i / 36;
            CHECK(std::abs(found[i] - (expected[i] + conv.bias[c] * factor[c] + norm.bias[c])) < 1e-5);
        }
    }
}
