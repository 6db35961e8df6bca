#include "topology/conversion/ann_inference.hpp"

#include "core/error.hpp"
#include "tests/unit/topology/conversion/ann_builder.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <thread>

using namespace syncopate;
using namespace syncopate::test;

namespace {

std::vector<float> to_float(const std::vector<double>& values) { return {values.begin(), values.end()}; }

/// Inputs of several samples, one after the other.
std::vector<float> random_inputs(const AnnGraph& graph, std::size_t samples, std::uint64_t seed) {
    std::vector<float> inputs;
    for (std::size_t s = 0; s < samples; ++s) {
        for (const double x : random_input(graph, seed * 100 + s)) inputs.push_back(static_cast<float>(x));
    }
    return inputs;
}

/// Everything that every node gave, sample by sample, then node by node.
std::vector<float> everything(const AnnGraph& graph, const InferenceOptions& options,
                              const std::vector<float>& inputs) {
    const AnnInference inference(graph, options);
    InferenceWorkspace workspace = inference.make_workspace();
    const auto in = static_cast<std::size_t>(graph.input_shape().size());
    const auto out = static_cast<std::size_t>(graph.output_shape().size());
    std::vector<std::vector<float>> of_sample(inputs.size() / in);
    for (std::size_t first = 0; first < of_sample.size(); first += inference.batch()) {
        const std::size_t count = std::min(inference.batch(), of_sample.size() - first);
        std::vector<float> outputs(count * out);
        inference.run(workspace, std::span(inputs).subspan(first * in, count * in), outputs,
                      [&](std::int32_t, std::size_t s, std::span<const float> values) {
                          of_sample[first + s].insert(of_sample[first + s].end(), values.begin(), values.end());
                      });
        for (std::size_t s = 0; s < count; ++s)
            CHECK(std::equal(outputs.begin() + static_cast<std::ptrdiff_t>(s * out),
                             outputs.begin() + static_cast<std::ptrdiff_t>((s + 1) * out),
                             of_sample[first + s].end() - static_cast<std::ptrdiff_t>(out)));
    }
    std::vector<float> all;
    for (const std::vector<float>& values : of_sample) all.insert(all.end(), values.begin(), values.end());
    return all;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// The definition of the ordered convolution, one output after the other.
std::vector<float> plain_convolution(const Convolution& g, const std::vector<float>& weights,
                                     const std::vector<float>& bias, const std::vector<float>& in) {
    std::vector<float> out;
    const std::int32_t inputs = g.input.channels / g.groups, outputs = g.output.channels / g.groups;
    for (std::int32_t o = 0; o < g.output.channels; ++o) {
        for (std::int32_t place = 0; place < g.output.area(); ++place) {
            float sum = 0.0F;
            std::size_t k = static_cast<std::size_t>(o * inputs * g.kernel.height * g.kernel.width);
            for (std::int32_t c = o / outputs * inputs; c < (o / outputs + 1) * inputs; ++c) {
                for (std::int32_t tap = 0; tap < g.kernel.height * g.kernel.width; ++tap, ++k) {
                    const std::int32_t y = place / g.output.width * g.stride.height - g.pad.height +
                                           tap / g.kernel.width * g.dilation.height;
                    const std::int32_t x =
                        place % g.output.width * g.stride.width - g.pad.width + tap % g.kernel.width * g.dilation.width;
                    if (y < 0 || y >= g.input.height || x < 0 || x >= g.input.width) continue;
                    const float product =
                        weights[k] * in[static_cast<std::size_t>((c * g.input.height + y) * g.input.width + x)];
                    sum += product;
                }
            }
            out.push_back(sum + bias[static_cast<std::size_t>(o)]);
        }
    }
    return out;
}

const std::vector<AnnBuilder::Geometry> geometries = {
    {.channels = 5, .kernel = 3, .pad = 1},
    {.channels = 8, .kernel = 3, .stride = 2, .pad = 1},
    {.channels = 7, .kernel = 5, .stride = 3, .pad = 4},
    {.channels = 6, .kernel = 3, .pad = 2, .dilation = 2},
    {.channels = 12, .kernel = 3, .pad = 1, .groups = 6},
    {.channels = 9, .kernel = 2, .stride = 2, .groups = 3},
    {.channels = 1},
};

}  // namespace

TEST_CASE("inference: the ordered convolution is its definition to the last bit") {
    for (std::size_t i = 0; i < geometries.size(); ++i) {
        CAPTURE(i);
        AnnBuilder b({6, 11, 37}, i + 1);
        const AnnGraph graph = b.finish(b.convolution(0, geometries[i]));
        const auto& linear = std::get<AnnLinear>(graph.nodes[1].operation);
        const std::vector<float> input = to_float(random_input(graph, i));
        const std::vector<float> expected = plain_convolution(std::get<Convolution>(linear.stage),
                                                              graph.tensors[0].values, to_float(linear.bias), input);
        std::vector<float> found(expected.size());
        const AnnInference inference(graph, {Arithmetic::ordered, 1, {}});
        InferenceWorkspace workspace = inference.make_workspace();
        inference.run(workspace, input, found);
        CHECK(same_bits(found, expected));
    }
}

TEST_CASE("inference: oneDNN takes every ordinary convolution and agrees with the ordered one") {
    for (std::size_t i = 0; i < geometries.size(); ++i) {
        CAPTURE(i);
        AnnBuilder b({6, 11, 37}, i + 1);
        const AnnGraph graph = b.finish(b.convolution(0, geometries[i]));
        const auto& linear = std::get<AnnLinear>(graph.nodes[1].operation);
        ConvolutionTask task{std::get<Convolution>(linear.stage), graph.tensors[0].values, to_float(linear.bias), 2};
        CHECK(make_fast_convolution(task) != nullptr);
        const std::vector<float> inputs = random_inputs(graph, 2, i);
        const std::vector<float> fast = everything(graph, {Arithmetic::fast, 2, {}}, inputs);
        const std::vector<float> ordered = everything(graph, {Arithmetic::ordered, 2, {}}, inputs);
        for (std::size_t k = 0; k < ordered.size(); ++k) CHECK(std::abs(fast[k] - ordered[k]) < 1e-5F);
    }
}

TEST_CASE("inference: a convolution that oneDNN does not take, because rows are left over, is computed all the same") {
    AnnBuilder b({2, 9, 9});
    AnnGraph graph = b.finish(b.convolution(0, {.channels = 3, .kernel = 3}));
    auto& linear = std::get<AnnLinear>(graph.nodes[1].operation);
    auto& geometry = std::get<Convolution>(linear.stage);
    graph.nodes[1].shape = geometry.output = {3, 4, 5};
    CHECK(make_fast_convolution({geometry, graph.tensors[0].values, {}, 1}) == nullptr);
    const std::vector<float> input = to_float(random_input(graph, 2));
    CHECK(everything(graph, {Arithmetic::fast, 1, {}}, input).size() == 162 + 60);
    std::vector<float> found(60);
    const AnnInference inference(graph);
    InferenceWorkspace workspace = inference.make_workspace();
    inference.run(workspace, input, found);
    CHECK(same_bits(found, plain_convolution(geometry, graph.tensors[0].values, to_float(linear.bias), input)));
}

TEST_CASE("inference: a sum over more inputs than one panel holds keeps its order") {
    AnnBuilder b({700, 1, 1});
    const AnnGraph graph = b.finish(b.convolution(0, {.channels = 3}));
    const auto& linear = std::get<AnnLinear>(graph.nodes[1].operation);
    const std::vector<float> input = to_float(random_input(graph, 5));
    std::vector<float> found(3);
    const AnnInference inference(graph, {Arithmetic::ordered, 1, {}});
    InferenceWorkspace workspace = inference.make_workspace();
    inference.run(workspace, input, found);
    CHECK(same_bits(found, plain_convolution(std::get<Convolution>(linear.stage), graph.tensors[0].values,
                                             to_float(linear.bias), input)));
}

TEST_CASE("inference: fast and ordered arithmetic agree with double precision on random networks") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        const AnnGraph graph = random_ann(seed, false);
        const std::vector<float> inputs = random_inputs(graph, 1, seed);
        const std::vector<double> expected =
            evaluate(graph, std::vector<double>(inputs.begin(), inputs.end()))[graph.output];
        for (const Arithmetic arithmetic : {Arithmetic::fast, Arithmetic::ordered}) {
            const AnnInference inference(graph, {arithmetic, 3, {}});
            InferenceWorkspace workspace = inference.make_workspace();
            std::vector<float> found(expected.size());
            inference.run(workspace, inputs, found);
            for (std::size_t i = 0; i < found.size(); ++i) {
                const double error = std::abs(static_cast<double>(found[i]) - expected[i]);
                CHECK(error <= 1e-4 * std::max(1.0, std::abs(expected[i])));
            }
        }
    }
}

TEST_CASE("inference: the ordered arithmetic gives every node the same bits for any batch and instruction set") {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        CAPTURE(seed);
        const AnnGraph graph = random_ann(seed, true);
        const std::vector<float> inputs = random_inputs(graph, 5, seed);
        const std::vector<float> alone = everything(graph, {Arithmetic::ordered, 1, {}}, inputs);
        for (const std::size_t batch : {std::size_t{2}, std::size_t{5}, std::size_t{16}})
            CHECK(same_bits(everything(graph, {Arithmetic::ordered, batch, {}}, inputs), alone));
        for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
            CAPTURE(hwy::TargetName(target));
            hwy::SetSupportedTargetsForTest(target);
            hwy::GetChosenTarget().Update(hwy::SupportedTargets());
            CHECK(same_bits(everything(graph, {Arithmetic::ordered, 3, {}}, inputs), alone));
        }
        hwy::SetSupportedTargetsForTest(0);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    }
}

TEST_CASE("inference: memory is shared and still every node is shown what it gave") {
    AnnBuilder b({4, 8, 8});
    std::int32_t x = b.relu(b.convolution(0, {.channels = 4, .kernel = 3, .pad = 1}));
    for (int i = 0; i < 4; ++i) x = b.relu(b.add({b.convolution(x, {.channels = 4, .kernel = 3, .pad = 1}), x}));
    const AnnGraph graph = b.finish(b.convolution(x, {.channels = 4}));
    const std::vector<float> inputs = random_inputs(graph, 1, 3);
    const std::vector<std::vector<double>> expected =
        evaluate(graph, std::vector<double>(inputs.begin(), inputs.end()));
    const std::vector<float> found = everything(graph, {Arithmetic::ordered, 1, {}}, inputs);
    std::size_t i = 0;
    for (const std::vector<double>& values : expected) {
        for (const double value : values) CHECK(found[i++] == doctest::Approx(value).epsilon(1e-4));
    }
    CHECK(i == found.size());
}

TEST_CASE("inference: max pooling, softmax and a cap per channel are computed") {
    AnnBuilder b({2, 4, 4});
    const std::int32_t pooled = b.max_pool(b.relu(0, {0.25, 0.5}), 2, 2);
    const AnnGraph graph = b.finish(b.softmax(b.flatten(pooled)));
    const std::vector<float> inputs = random_inputs(graph, 1, 8);
    const std::vector<double> expected = evaluate(graph, std::vector<double>(inputs.begin(), inputs.end())).back();
    std::vector<float> found(expected.size());
    const AnnInference inference(graph);
    InferenceWorkspace workspace = inference.make_workspace();
    inference.run(workspace, inputs, found);
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-5));
}

TEST_CASE("inference: the step is exact at its edges") {
    AnnBuilder b({5, 1, 1});
    const AnnGraph graph = b.finish(b.step(0, {2.0}, 4));
    const float edge = 0.25F;  // x·L/θ + ½ = 1
    const std::vector<float> input = {edge, std::nextafter(edge, 0.0F), -3.0F, 100.0F,
                                      std::numeric_limits<float>::quiet_NaN()};
    std::vector<float> found(5);
    const AnnInference inference(graph);
    InferenceWorkspace workspace = inference.make_workspace();
    inference.run(workspace, input, found);
    CHECK(found[0] == 0.5F);
    CHECK(found[1] == 0.0F);
    CHECK(found[2] == 0.0F);
    CHECK(found[3] == 2.0F);
    CHECK(std::isnan(found[4]));
}

TEST_CASE("inference: only the nodes asked for are observed, and unneeded nodes are left out") {
    AnnBuilder b({2, 3, 3});
    const std::int32_t used = b.relu(b.convolution(0, {.channels = 2}));
    const std::int32_t unused = b.relu(b.convolution(0, {.channels = 9}));
    const AnnGraph graph = b.finish(b.convolution(used, {.channels = 1}));
    const AnnInference inference(graph, {Arithmetic::ordered, 2, {used, unused}});
    InferenceWorkspace workspace = inference.make_workspace();
    const std::vector<float> inputs = random_inputs(graph, 2, 1);
    std::vector<float> outputs(18);
    std::vector<std::pair<std::int32_t, std::size_t>> seen;
    inference.run(workspace, inputs, outputs,
                  [&](std::int32_t node, std::size_t sample, std::span<const float> values) {
                      CHECK(values.size() == 18);
                      seen.emplace_back(node, sample);
                  });
    CHECK(seen == std::vector<std::pair<std::int32_t, std::size_t>>{{used, 0}, {used, 1}});
}

TEST_CASE("inference: several threads with a workspace each give what one thread gives") {
    const AnnGraph graph = random_ann(12, false);
    const AnnInference inference(graph, {Arithmetic::fast, 2, {}});
    const std::vector<float> inputs = random_inputs(graph, 2, 12);
    const auto outputs_of = [&] {
        InferenceWorkspace workspace = inference.make_workspace();
        std::vector<float> outputs(2 * static_cast<std::size_t>(graph.output_shape().size()));
        for (int i = 0; i < 20; ++i) inference.run(workspace, inputs, outputs);
        return outputs;
    };
    const std::vector<float> expected = outputs_of();
    std::vector<std::vector<float>> found(4);
    {
        std::vector<std::jthread> threads;
        for (std::vector<float>& outputs : found) threads.emplace_back([&] { outputs = outputs_of(); });
    }
    for (const std::vector<float>& outputs : found) CHECK(same_bits(outputs, expected));
}

TEST_CASE("inference: wrong sizes are refused with the sizes that fit") {
    AnnBuilder b({2, 3, 3});
    const AnnGraph graph = b.finish(b.convolution(0, {.channels = 1}));
    const AnnInference inference(graph, {Arithmetic::ordered, 2, {}});
    InferenceWorkspace workspace = inference.make_workspace();
    std::vector<float> inputs(54), outputs(27);
    CHECK_THROWS_WITH_AS(inference.run(workspace, inputs, outputs),
                         "inference takes at most 2 samples of 18 values and gives 9 for each; given 54 values and "
                         "room for 27",
                         UsageError);
    inputs.resize(17);
    CHECK_THROWS_AS(inference.run(workspace, inputs, outputs), UsageError);
    CHECK_THROWS_WITH_AS(AnnInference(graph, {Arithmetic::ordered, std::size_t{1} << 40, {}}),
                         doctest::Contains("needs more than 64 GiB"), Error);
}
