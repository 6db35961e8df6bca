// T6: a network of deterministic two-phase neurons is the quantised ANN that it was converted from, at T = L.
#include "core/engine/engine.hpp"
#include "neurons/models/direct_current.hpp"
#include "tests/support/ann_evaluator.hpp"
#include "tests/support/engine_comparison.hpp"
#include "topology/compiler/compile.hpp"
#include "topology/conversion/convert.hpp"
#include "topology/edits.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace syncopate;

namespace {

/// A small quantised ANN. All numbers are multiples of 2^-6 and thresholds are powers of two, so that double precision
/// and fixed point are both exact, and ties are ties.
class DyadicAnn {
public:
    DyadicAnn(std::uint64_t seed, std::int32_t levels) : random_(seed), levels_(levels) {}

    /// conv, step, a residual block of two convolutions, an average pool of 2 × 2, fully connected.
    AnnGraph residual() {
        std::int32_t block = step(convolution(append({2, 6, 6}, AnnInput{}, {}), 3, 3));
        const std::int32_t inner = step(convolution(block, 3, 3));
        const std::int32_t sum = append({3, 6, 6}, AnnAdd{}, {convolution(inner, 3, 3), block});
        block = step(sum);
        const AveragePool pool{{3, 6, 6}, {3, 3, 3}, {2, 2}, {2, 2}, {0, 0}, {0, 0}, false};
        const std::int32_t pooled = append({3, 3, 3}, AnnLinear{pool, {}}, {block});
        Gather flat{{3, 3, 3}, {27, 1, 1}, std::vector<std::int32_t>(27)};
        std::iota(flat.source.begin(), flat.source.end(), 0);
        const std::int32_t flattened = append({27, 1, 1}, AnnLinear{flat, {}}, {pooled});
        graph_.output = convolution(step(convolution(flattened, 8, 1)), 5, 1);
        return graph_;
    }

    /// Fully connected layers with steps between.
    AnnGraph perceptron() {
        std::int32_t last = append({12, 1, 1}, AnnInput{}, {});
        for (const std::int32_t width : {20, 15, 10}) last = step(convolution(last, width, 1));
        graph_.output = convolution(last, 4, 1);
        return graph_;
    }

    std::vector<double> input() {
        std::vector<double> values(static_cast<std::size_t>(graph_.input_shape().size()));
        for (double& value : values) value = dyadic(64);
        return values;
    }

private:
    /// A multiple of 2^-6 between ± limit / 64.
    double dyadic(std::int32_t limit) { return std::uniform_int_distribution(-limit, limit)(random_) / 64.0; }

    std::int32_t append(const Shape& shape, AnnOperator operation, std::vector<NodeIndex> inputs) {
        const std::string name = "node" + std::to_string(graph_.nodes.size());
        graph_.nodes.push_back({name, name, std::move(inputs), shape, std::move(operation)});
        return static_cast<std::int32_t>(graph_.nodes.size()) - 1;
    }

    /// With a bias, and padding that keeps height and width.
    std::int32_t convolution(std::int32_t from, std::int32_t channels, std::int32_t kernel) {
        const Shape in = graph_.nodes[static_cast<std::size_t>(from)].shape;
        const Shape out{channels, in.height, in.width};
        Tensor weights{"w" + std::to_string(graph_.tensors.size()), {channels, in.channels, kernel, kernel}, {}};
        for (std::int32_t k = 0; k < channels * in.channels * kernel * kernel; ++k)
            weights.values.push_back(static_cast<float>(dyadic(24)));
        std::vector<double> bias(static_cast<std::size_t>(channels));
        for (double& b : bias) b = dyadic(20);
        const Convolution stage{in,
                                out,
                                {kernel, kernel},
                                {1, 1},
                                {1, 1},
                                {kernel / 2, kernel / 2},
                                1,
                                static_cast<TensorId>(graph_.tensors.size())};
        graph_.tensors.push_back(std::move(weights));
        return append(out, AnnLinear{stage, bias}, {from});
    }

    std::int32_t step(std::int32_t from) {
        const Shape shape = graph_.nodes[static_cast<std::size_t>(from)].shape;
        std::vector<double> threshold(random_() % 2 == 0 ? 1 : static_cast<std::size_t>(shape.channels));
        for (double& theta : threshold) theta = std::ldexp(1.0, static_cast<int>(random_() % 3) - 1);
        return append(shape, AnnStep{threshold, levels_, 0.5}, {from});
    }

    std::mt19937_64 random_;
    std::int32_t levels_;
    AnnGraph graph_;
};

/// The converted network with all its neurons replaced.
LayerGraph accumulating(const AnnGraph& ann) {
    LayerGraph graph = convert(ann, {}).graph;
    for (const PopulationIndex p : firing_layers(graph)) replace_neurons(graph, p, parse_neuron_choice("accumulate"));
    return graph;
}

double threshold_of(const CompiledPopulation& population, std::size_t i, std::size_t count) {
    return population.v_threshold[i / (count / population.v_threshold.size())];
}

/// Number of the node with a name.
std::int32_t node_called(const AnnGraph& ann, const std::string& name) {
    std::size_t i = 0;
    while (ann.nodes[i].name != name) ++i;
    return static_cast<std::int32_t>(i);
}

/// Checks every activation and the output of one sample.
void check_equal(const AnnGraph& ann, const std::vector<double>& input, Tick T) {
    const CompiledNetwork network = compile(accumulating(ann));
    const Engine engine(network);
    Workspace workspace = engine.make_workspace();
    Observer observer;
    const auto serial = make_serial_executor();
    const std::vector<std::int32_t> fixed = to_fixed_input(input);
    engine.run(workspace, {.input = fixed, .duration = T, .key = {}}, *serial, observer);
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        const CompiledPopulation& population = network.populations[p];
        CAPTURE(population.name);
        AnnGraph part = ann;
        if (population.second_phase != nullptr) {
            part.output = node_called(ann, population.name);
            const std::vector<double> activation = support::evaluate(part, input);
            const std::vector<std::int32_t> counts = engine.spike_counts(workspace, p);
            for (std::size_t i = 0; i < counts.size(); ++i) {
                CAPTURE(i);
                REQUIRE(counts[i] * threshold_of(population, i, counts.size()) / T == activation[i]);
            }
        } else if (population.is_read_out()) {
            const std::vector<double> output = support::evaluate(part, input);
            const std::vector<Charge> potential = engine.potentials(workspace, p);
            for (std::size_t i = 0; i < output.size(); ++i) {
                CAPTURE(i);
                REQUIRE(from_charge(potential[i], population.fraction_bits) / T == output[i]);
            }
        }
    }
}

/// z of every neuron: the mean input over a window in which the sources sent these counts, in double precision.
std::vector<double> mean_input(const LayerGraph& graph, PopulationIndex target,
                               const std::vector<std::vector<double>>& sent) {
    const Population& population = graph.populations[target];
    std::vector<double> z(static_cast<std::size_t>(population.shape.size()), 0.0);
    for (std::size_t i = 0; i < z.size() && !population.bias.empty(); ++i)
        z[i] = population.bias[i / (z.size() / population.bias.size())];
    for (const Projection& projection : graph.projections) {
        if (projection.target != target) continue;
        std::vector<double> values = sent[projection.source];
        for (const LinearStage& stage : projection.stages) {
            std::vector<double> next(static_cast<std::size_t>(output_shape(stage).size()));
            apply(stage, graph.tensors, values, next);
            values = std::move(next);
        }
        for (std::size_t i = 0; i < z.size(); ++i) z[i] += values[i];
    }
    return z;
}

/// A random network of any linear stages, without delays, all of whose neurons accumulate.
RandomNetwork accumulating_network(std::uint64_t seed) {
    RandomNetwork network = random_network(seed);
    network.graph.populations.front().model = DirectCurrent{};
    std::erase_if(network.graph.projections, [](const Projection& p) { return p.source >= p.target; });
    for (Projection& projection : network.graph.projections) projection.delay = 0;
    for (Population& population : network.graph.populations) population.fraction_bits = 24;
    for (const PopulationIndex p : firing_layers(network.graph))
        replace_neurons(network.graph, p, parse_neuron_choice("accumulate"));
    return network;
}

}  // namespace

TEST_SUITE("property") {
    TEST_CASE("T6: accumulate-and-fire neurons at T = L are the quantised ANN in every neuron and bit") {
        for (std::uint64_t seed = 0; seed < 40; ++seed) {
            CAPTURE(seed);
            const Tick T = Tick{1} << seed % 5;
            CAPTURE(T);
            DyadicAnn residual(seed, T), perceptron(seed + 1000, T);
            const AnnGraph block = residual.residual(), layers = perceptron.perceptron();
            check_equal(block, residual.input(), T);
            check_equal(layers, perceptron.input(), T);
        }
    }

    TEST_CASE("T6: every accumulate-and-fire neuron rounds the sum of its window") {
        std::size_t checked = 0, spiked = 0;
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            CAPTURE(seed);
            const RandomNetwork network = accumulating_network(seed);
            const CompiledNetwork compiled = compile(network.graph);
            const auto T = static_cast<Tick>(1 + seed % 16);
            const Engine engine(compiled);
            Workspace workspace = engine.make_workspace();
            Observer observer;
            const auto serial = make_serial_executor();
            const std::vector<std::int32_t> fixed = to_fixed_input(network.input);
            engine.run(workspace, {.input = fixed, .duration = T, .key = {}}, *serial, observer);
            std::vector<std::vector<double>> sent(compiled.populations.size());
            sent.front() = network.input;
            for (const PopulationIndex p : compiled.order) {
                const CompiledPopulation& population = compiled.populations[p];
                if (population.second_phase == nullptr) continue;
                CAPTURE(population.name);
                const std::vector<double> z = mean_input(network.graph, p, sent);
                const std::vector<std::int32_t> counts = engine.spike_counts(workspace, p);
                const double tolerance = population.fraction_bits == 24 ? 1e-3 : 0.25;
                for (std::size_t i = 0; i < z.size(); ++i) {
                    CAPTURE(i);
                    const double theta = threshold_of(population, i, z.size());
                    sent[p].push_back(counts[i] * theta / T);
                    const double rounded = z[i] * T / theta + 0.5;
                    if (std::abs(rounded - std::nearbyint(rounded)) < tolerance) continue;
                    REQUIRE(counts[i] == std::clamp(std::floor(rounded), 0.0, static_cast<double>(T)));
                    ++checked;
                    if (counts[i] > 0) ++spiked;
                }
            }
        }
        CHECK(checked > 10000);
        CHECK(spiked > 2000);
    }
}
