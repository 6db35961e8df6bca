#include "topology/conversion/linear_nodes.hpp"
#include "neurons/models/linear.hpp"

#include "core/engine/engine.hpp"
#include "core/error.hpp"
#include "tests/unit/topology/conversion/ann_builder.hpp"
#include "topology/compiler/compile.hpp"
#include "topology/conversion/convert.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

using namespace syncopate;
using namespace syncopate::test;

namespace {

constexpr CompositionLimits everywhere = {.free_weights = -1.0, .growth = 0.0};

double rounded(double value, double steps) { return std::round(value * steps) / steps; }

/// The network with weights, biases and thresholds that fixed point holds exactly; false if a pool divides by
/// something else than a power of two.
bool make_dyadic(AnnGraph& graph) {
    for (Tensor& tensor : graph.tensors) {
        for (float& w : tensor.values) w = static_cast<float>(rounded(static_cast<double>(w), 4.0));
    }
    for (AnnNode& node : graph.nodes) {
        if (auto* linear = std::get_if<AnnLinear>(&node.operation)) {
            for (double& b : linear->bias) b = rounded(b, 8.0);
            const auto* pool = std::get_if<AveragePool>(&linear->stage);
            if (pool != nullptr && pool->kernel.height == 3) return false;
            if (auto* scale = std::get_if<Scale>(&linear->stage)) {
                for (double& f : scale->factor) f = rounded(f, 2.0);
            }
        }
        if (std::holds_alternative<AnnRelu>(node.operation) || std::holds_alternative<AnnStep>(node.operation))
            node.operation = AnnRelu{{0.5}};
    }
    return true;
}

std::size_t linear_populations(const LayerGraph& graph) {
    return static_cast<std::size_t>(std::ranges::count_if(
        graph.populations, [](const Population& p) { return (p.model.as<Linear>() != nullptr); }));
}

/// Everything that a run shows: spike counts per tick window and read-outs in real numbers, by population.
class Shown final : public Observer {
public:
    explicit Shown(const CompiledNetwork& network) : network_(network) {}
    void read_out(std::size_t population, Tick, std::span<const Charge> potential) override {
        for (const Charge v : potential)
            read_outs.push_back(from_charge(v, network_.populations[population].fraction_bits));
    }
    void spikes(std::size_t population, const Window& window) override {
        append_spikes(trains[network_.populations[population].name], window, network_.populations[population].shape);
    }

    std::map<std::string, SpikeTrain> trains;
    std::vector<double> read_outs;

private:
    const CompiledNetwork& network_;
};

Shown shown(const LayerGraph& graph, const std::vector<double>& input) {
    const CompiledNetwork network = compile(graph);
    const Engine engine(network);
    Workspace workspace = engine.make_workspace();
    const auto serial = make_serial_executor();
    Shown shown(network);
    const std::vector<std::int32_t> fixed = to_fixed_input(input);
    engine.run(workspace, {.input = fixed, .duration = 12, .key = {1, 0}}, *serial, shown);
    return shown;
}

/// A stem, then `blocks` blocks x + W·relu(x).
AnnGraph stream(std::int32_t blocks, std::int32_t channels) {
    AnnBuilder b({3, 6, 6});
    std::int32_t x = b.convolution(0, {.channels = channels, .kernel = 3, .pad = 1});
    for (std::int32_t k = 0; k < blocks; ++k)
        x = b.add({x, b.convolution(b.relu(x), {.channels = channels, .kernel = 3, .pad = 1})});
    const std::int32_t flat = b.flatten(b.average_pool(b.relu(x), 6, 6));
    return b.finish(b.convolution(flat, {.channels = 5}));
}

std::size_t chosen(const AnnGraph& graph, const CompositionLimits& limits) {
    const std::vector<bool> nodes = linear_nodes(graph, graph.output, limits);
    return static_cast<std::size_t>(std::ranges::count(nodes, true));
}

}  // namespace

TEST_CASE("linear populations change no spike where fixed point holds every number") {
    std::size_t compared = 0, populations = 0, spikes = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        AnnGraph ann = random_ann(seed, true);
        if (!make_dyadic(ann)) continue;
        std::vector<double> input = random_input(ann, seed);
        for (double& x : input) x = rounded(x, 8.0);
        Conversion composed, split;
        try {
            composed = convert(ann, {});
            split = convert(ann, {.composition = everywhere});
        } catch (const Error&) {
            continue;  // no activation reaches the output, or none is left
        }
        const Shown expected = shown(composed.graph, input), found = shown(split.graph, input);
        REQUIRE(found.trains.size() == expected.trains.size());
        for (const auto& [name, train] : expected.trains) {
            CAPTURE(name);
            REQUIRE(found.trains.at(name).times == train.times);
            REQUIRE(found.trains.at(name).ids == train.ids);
            spikes += train.ids.size();
        }
        REQUIRE(found.read_outs == expected.read_outs);
        ++compared;
        populations += linear_populations(split.graph);
    }
    CHECK(compared > 100);
    CHECK(populations > 100);
    CHECK(spikes > 1000);
}

TEST_CASE("a short or small network needs no linear population") { CHECK(chosen(stream(3, 4), {}) == 0); }

TEST_CASE("the sums of a long residual stream are made once") {
    const CompositionLimits limits{.free_weights = 2000.0};
    const std::size_t few = chosen(stream(16, 8), limits), many = chosen(stream(32, 8), limits);
    CHECK(few >= 8);
    CHECK(many == few + 16);
}

TEST_CASE("a depthwise and a pointwise convolution stay two when their composition has far more weights") {
    AnnBuilder b({64, 6, 6});
    const std::int32_t depthwise = b.convolution(b.relu(0), {.channels = 64, .kernel = 3, .pad = 1, .groups = 64});
    const std::int32_t pointwise = b.convolution(depthwise, {.channels = 64});
    const std::int32_t flat = b.flatten(b.average_pool(b.relu(pointwise), 6, 6));
    const AnnGraph graph = b.finish(b.convolution(flat, {.channels = 5}));
    CHECK(chosen(graph, {.free_weights = 1000.0}) == 1);
    CHECK(linear_nodes(graph, graph.output, {.free_weights = 1000.0})[static_cast<std::size_t>(depthwise)]);
    CHECK(chosen(graph, {.free_weights = 1e6}) == 0);
}
