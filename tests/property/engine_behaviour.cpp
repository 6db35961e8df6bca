#include "core/engine/engine.hpp"
#include "core/error.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "tests/support/random_network.hpp"
#include "tests/support/reference_simulator.hpp"
#include "topology/compiler/compile.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace syncopate;

namespace {

class ReadOutRecorder final : public Observer {
public:
    void read_out(std::size_t, Tick, std::span<const Charge> potential) override {
        potentials.emplace_back(potential.begin(), potential.end());
    }
    std::vector<std::vector<Charge>> potentials;
};

std::vector<std::vector<Charge>> read_outs(const CompiledNetwork& network, const std::vector<std::int32_t>& input,
                                           Tick duration) {
    const Engine engine(network);
    Workspace workspace = engine.make_workspace();
    const auto serial = make_serial_executor();
    ReadOutRecorder recorder;
    engine.run(workspace, {.input = input, .duration = duration, .key = {7, 1}}, *serial, recorder);
    return recorder.potentials;
}

}  // namespace

TEST_SUITE("property") {
    TEST_CASE("T20: the read-out at t does not depend on T") {
        for (std::uint64_t seed = 0; seed < 40; ++seed) {
            CAPTURE(seed);
            const RandomNetwork random = random_network(seed);
            const CompiledNetwork network = compile(random.graph);
            const std::vector<std::int32_t> input = to_fixed_input(random.input);
            const auto whole = read_outs(network, input, 40);
            for (const Tick t : {1, 7, 33}) {
                const auto part = read_outs(network, input, t);
                REQUIRE(part.size() == static_cast<std::size_t>(t));
                REQUIRE(std::equal(part.begin(), part.end(), whole.begin()));
            }
        }
    }

    TEST_CASE("T9: scaling a population's weights, bias and threshold together changes no spike") {
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            CAPTURE(seed);
            RandomNetwork random = random_network(seed);
            const CompiledNetwork plain = compile(random.graph);
            const std::vector<std::int32_t> input = to_fixed_input(random.input);
            // A power of two, so that no rounding comes between. The scaled spikes are worth 4 times as much, so
            // projections that leave are scaled back.
            for (std::size_t p = 0; p < random.graph.populations.size(); ++p) {
                Population& population = random.graph.populations[p];
                auto* model = population.model.as<IntegrateAndFire>();
                if (model == nullptr) continue;
                for (double& theta : model->v_threshold) theta *= 4.0;
                for (double& b : population.bias) b *= 4.0;
                for (Projection& projection : random.graph.projections) {
                    const bool leaves = projection.source == static_cast<std::int32_t>(p);
                    const bool arrives = projection.target == static_cast<std::int32_t>(p);
                    if (leaves) projection.stages.insert(projection.stages.begin(), Scale{population.shape, {0.25}});
                    if (arrives) projection.stages.emplace_back(Scale{population.shape, {4.0}});
                }
                break;
            }
            const CompiledNetwork scaled = compile(random.graph);
            REQUIRE(read_outs(plain, input, 20) == read_outs(scaled, input, 20));
        }
    }

    TEST_CASE("a probe tells what the reference simulator computes") {
        const auto executor = make_thread_executor(2);
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            CAPTURE(seed);
            const RandomNetwork random = random_network(seed);
            const CompiledNetwork network = compile(random.graph);
            const std::vector<std::int32_t> input = to_fixed_input(random.input);
            const auto expected = simulate_reference(network, input, 15, {1, 2});
            const Engine engine(network, {.chunk = 4, .plan = {.band_bytes = 1}});
            Workspace workspace = engine.make_workspace(2);
            std::mt19937_64 more(seed);
            const std::size_t p = 1 + more() % (network.populations.size() - 1);
            const CompiledPopulation& population = network.populations[p];
            std::vector<PopulationProbe> probes(1);
            probes[0].population = p;
            for (std::int32_t n = 0; n < population.shape.size(); n += 3)
                probes[0].traces.push_back({n, {}, {}, {}, {}});
            Observer observer;
            engine.run(workspace, {.input = input, .duration = 15, .key = {1, 2}, .probes = probes}, *executor,
                       observer);
            for (const NeuronTrace& trace : probes[0].traces) {
                REQUIRE(trace.spikes.size() == 15);
                for (std::size_t t = 0; t < 15; ++t) {
                    const auto n = static_cast<std::size_t>(trace.neuron);
                    const std::int32_t bits = population.fraction_bits;
                    REQUIRE(trace.current[t] == from_charge(expected[p].currents[t][n], bits));
                    REQUIRE(trace.potential[t] == from_charge(expected[p].potentials[t][n], bits));
                    REQUIRE(trace.spikes[t] == expected[p].amplitudes[t][n]);
                    const Charge before = t == 0 ? population.v_init : expected[p].potentials[t - 1][n];
                    REQUIRE(trace.potential_at_test[t] == from_charge(before + expected[p].currents[t][n], bits));
                }
            }
        }
    }

    TEST_CASE("an analogue input that fixed point cannot hold is refused by name") {
        LayerGraph graph;
        graph.tensors.push_back({"w", {1}, {60.0f}});
        graph.populations.push_back({"image", population_id("image"), {1, 1, 1}, DirectCurrent{}, {}, {}, 24, {}});
        graph.populations.push_back({"hot", population_id("hot"), {1, 1, 1}, IntegrateAndFire{}, {}, {}, 24, {}});
        graph.projections.push_back({0, 1, 0, {Convolution{{1, 1, 1}, {1, 1, 1}, {}, {}, {}, {0, 0}, 1, TensorId{0}}}});
        const CompiledNetwork network = compile(graph);
        CHECK_NOTHROW(read_outs(network, {2 << 24}, 1));
        CHECK_THROWS_WITH_AS(read_outs(network, {3 << 24}, 1),
                             doctest::Contains("population \"hot\": the analogue input brings a neuron 180"), Error);
    }

    TEST_CASE("an input that comes on top of nearly the largest sum of spikes is no reason to refuse") {
        LayerGraph graph;
        graph.tensors.push_back({"w", {1}, {63.9f}});
        const LinearStage strong = Convolution{{1, 1, 1}, {1, 1, 1}, {}, {}, {}, {0, 0}, 1, TensorId{0}};
        graph.populations.push_back({"image", population_id("image"), {1, 1, 1}, DirectCurrent{}, {}, {}, 24, {}});
        graph.populations.push_back({"first", population_id("first"), {1, 1, 1}, IntegrateAndFire{}, {}, {}, 24, {}});
        graph.populations.push_back({"out", population_id("out"), {1, 1, 1}, ReadOut{}, {}, {}, 24, {}});
        graph.projections = {{0, 1, 0, {}}, {1, 2, 0, {strong}}, {0, 2, 0, {}}};
        const CompiledNetwork network = compile(graph);
        CHECK(network.populations[2].fraction_bits == 24);
        CHECK_NOTHROW(read_outs(network, {1 << 24}, 4));
    }

    TEST_CASE("a tick that fixed point cannot hold with 24 fraction bits gets fewer, and a warning") {
        LayerGraph graph;
        graph.tensors.push_back({"w", {1}, {1000.0f}});
        graph.populations.push_back({"image", population_id("image"), {1, 1, 1}, DirectCurrent{}, {}, {}, 24, {}});
        graph.populations.push_back({"hot", population_id("hot"), {1, 1, 1}, IntegrateAndFire{}, {}, {}, 24, {}});
        graph.projections.push_back({0, 1, 0, {Convolution{{1, 1, 1}, {1, 1, 1}, {}, {}, {}, {0, 0}, 1, TensorId{0}}}});
        const CompiledNetwork network = compile(graph);
        CHECK(network.populations[1].fraction_bits == 20);
        REQUIRE(network.warnings.size() == 1);
        CHECK(network.warnings[0] ==
              "population \"hot\": 20 fraction bits instead of 24, because one tick can bring 1000 thresholds");
        graph.tensors[0].values[0] = 1e9f;
        CHECK_THROWS_AS(compile(graph), RefusedError);
    }
}
