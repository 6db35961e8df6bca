#include "core/engine/engine.hpp"
#include "core/error.hpp"
#include "neurons/models/bernoulli_rate.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "tests/support/engine_comparison.hpp"
#include "topology/compiler/compile.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

using namespace syncopate;

namespace {

std::int32_t add(LayerGraph& graph, const std::string& name, const Shape& shape, NeuronModel model) {
    graph.populations.push_back({.name = name, .id = population_id(name), .shape = shape, .model = std::move(model)});
    return static_cast<std::int32_t>(graph.populations.size()) - 1;
}

LinearStage dense(LayerGraph& graph, const Shape& from, std::int32_t to, float weight) {
    const auto count = static_cast<std::int32_t>(from.size());
    graph.tensors.push_back(
        {"w" + std::to_string(graph.tensors.size()),
         {to, count, 1, 1},
         std::vector<float>(static_cast<std::size_t>(count) * static_cast<std::size_t>(to), weight)});
    return Convolution{
        .input = {count, 1, 1}, .output = {to, 1, 1}, .weights = static_cast<TensorId>(graph.tensors.size() - 1)};
}

/// Spikes of `inputs` neurons, each at every tick, meet one neuron "a" with these weights and this bias (threshold 1).
LayerGraph one_neuron(std::int32_t inputs, float weight, double bias) {
    LayerGraph graph;
    const Shape shape = {inputs, 1, 1};
    add(graph, "input", shape, BernoulliRate{1.0});
    add(graph, "a", {1, 1, 1}, IntegrateAndFire{.v_init = 0.0});
    graph.populations[1].bias = {bias};
    add(graph, "out", {1, 1, 1}, ReadOut{});
    graph.projections.push_back({0, 1, 0, {dense(graph, shape, 1, weight)}});
    graph.projections.push_back({1, 2, 0, {}});
    return graph;
}

/// Charge of a bias such that the proven bound of `inputs` spikes of one threshold each, and the bias, is `bound`.
double bias_for(std::int32_t inputs, double bound) { return std::ldexp(bound - 1.0 - 0.5 * inputs, -24) - inputs; }

std::int32_t bits_of(const LayerGraph& graph) { return compile(graph).populations[1].fraction_bits; }

}  // namespace

TEST_CASE(
    "a current that is proven to reach exactly 2^30 - 1 keeps its 24 fraction bits, one of 2^30 gets 23 and a "
    "warning") {
    const CompiledNetwork fits = compile(one_neuron(1, 1.0f, bias_for(1, std::ldexp(1.0, 30) - 1)));
    CHECK(fits.populations[1].fraction_bits == 24);
    CHECK(fits.populations[1].worst_current == max_current);
    CHECK(fits.warnings.empty());
    const CompiledNetwork beyond = compile(one_neuron(1, 1.0f, bias_for(1, std::ldexp(1.0, 30))));
    CHECK(beyond.populations[1].fraction_bits == 23);
    REQUIRE(beyond.warnings.size() == 1);
    CHECK(beyond.warnings[0].starts_with(
        "population \"a\": 23 fraction bits instead of 24, because one tick can bring 64 "));
}

TEST_CASE("networks at the bound and beyond it repeat the reference, with both signs") {
    for (const double bound : {std::ldexp(1.0, 30) - 1, std::ldexp(1.0, 30), std::ldexp(1.0, 31) - 1}) {
        for (const float sign : {1.0f, -1.0f}) {
            CAPTURE(bound);
            for (const std::int32_t inputs : {1, 3, 40}) {
                const RandomNetwork network{
                    one_neuron(inputs, sign, static_cast<double>(sign) * bias_for(inputs, bound)),
                    std::vector<double>(static_cast<std::size_t>(inputs), 1.0)};
                CHECK(is_repeated(make_case(network, 1), {}, *make_serial_executor()));
            }
        }
    }
}

TEST_CASE("the bound counts half a unit for every rounded weight") {
    // 2000 weights of a third of a unit are rounded to 0 here, but others would be to 1.
    constexpr std::int32_t inputs = 2000;
    const auto weight = static_cast<float>(std::ldexp(1.0 / 3.0, -24));
    const double sum = std::ldexp(inputs / 3.0, -24);
    const double room = std::ldexp(1.0, 6) - sum;  // of 2^30 units
    CHECK(bits_of(one_neuron(inputs, weight, room - std::ldexp(990.0, -24))) == 23);
    CHECK(bits_of(one_neuron(inputs, weight, room - std::ldexp(1010.0, -24))) == 24);
    const CompiledNetwork network = compile(one_neuron(inputs, weight, 1.0));
    const double exact = std::ldexp(1.0 + sum, 24);
    CHECK(static_cast<double>(network.populations[1].worst_current) >= exact + 1000.0);
    CHECK(static_cast<double>(network.populations[1].worst_current) <= exact + 1003.0);
}

TEST_CASE("the bias counts when fraction bits are chosen, whatever its sign") {
    CHECK(bits_of(one_neuron(1, 1.0f, 62.0)) == 24);
    CHECK(bits_of(one_neuron(1, 1.0f, 64.0)) == 23);
    CHECK(bits_of(one_neuron(1, 1.0f, -64.0)) == 23);
    CHECK(bits_of(one_neuron(1, 1.0f, 1000.0)) == 20);
}

TEST_CASE("behind an average pool, the spikes of a whole window count") {
    const auto pooled = [](float weight) {
        LayerGraph graph;
        add(graph, "input", {1, 2, 2}, BernoulliRate{1.0});
        add(graph, "a", {1, 1, 1}, IntegrateAndFire{});
        add(graph, "out", {1, 1, 1}, ReadOut{});
        const AveragePool pool{.input = {1, 2, 2}, .output = {1, 1, 1}, .kernel = {2, 2}, .stride = {2, 2}};
        graph.projections.push_back({0, 1, 0, {pool, dense(graph, {1, 1, 1}, 1, weight)}});
        graph.projections.push_back({1, 2, 0, {}});
        return graph;
    };
    CHECK(bits_of(pooled(63.0f)) == 24);
    CHECK(bits_of(pooled(65.0f)) == 23);  // though a single spike brings a quarter
    const RandomNetwork network{pooled(65.0f), {1.0, 1.0, 1.0, 1.0}};
    CHECK(is_repeated(make_case(network, 3), {}, *make_serial_executor()));
}

TEST_CASE(
    "an analogue input is refused when it and what spikes and bias can bring are too much together, though not alone") {
    LayerGraph graph;
    add(graph, "input", {1, 1, 1}, DirectCurrent{});
    add(graph, "a", {1, 1, 1}, IntegrateAndFire{});
    graph.populations[1].bias = {63.0};
    add(graph, "out", {1, 1, 1}, ReadOut{});
    graph.projections.push_back({0, 1, 0, {dense(graph, {1, 1, 1}, 1, 10.0f)}});
    graph.projections.push_back({1, 2, 0, {}});
    const CompiledNetwork network = compile(graph);
    REQUIRE(network.populations[1].fraction_bits == 24);
    const Engine engine(network, {});
    Workspace workspace = engine.make_workspace(1);
    Observer nobody;
    const auto run = [&](double x) {
        const std::vector<std::int32_t> input = to_fixed_input(std::vector<double>{x});
        engine.run(workspace, {.input = input, .duration = 4, .key = {}}, *make_serial_executor(), nobody);
    };
    CHECK_NOTHROW(run(6.4));
    CHECK_NOTHROW(run(-6.4));
    try {
        run(12.0);  // 120 thresholds, where 128 would be room enough without the bias
        FAIL("is taken");
    } catch (const Error& error) {
        CHECK(std::string(error.what())
                  .starts_with("population \"a\": the analogue input brings a neuron 120.000000 thresholds a tick, and "
                               "spikes and bias can bring 63"));
    }
    CHECK_THROWS_AS(run(-12.0), Error);
}
