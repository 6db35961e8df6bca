#include "tests/support/engine_comparison.hpp"
#include "topology/compiler/compile.hpp"
#include "topology/edits.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace syncopate;

namespace {

ComparisonCase linear_case(std::uint64_t seed) { return make_case(random_linear_network(seed, seed % 2 == 0), seed); }

bool has_linear(const CompiledNetwork& network) {
    return std::ranges::any_of(network.populations, &CompiledPopulation::is_linear);
}

bool rounds_sums(const CompiledNetwork& network) {
    return std::ranges::any_of(network.populations, [](const CompiledPopulation& p) { return p.carry_bits > 0; });
}

/// The read-out's last potentials.
std::vector<Charge> answer(const LayerGraph& graph, const std::vector<double>& input, EngineOptions options) {
    const CompiledNetwork network = compile(graph);
    const Engine engine(network, options);
    Workspace workspace = engine.make_workspace();
    const auto serial = make_serial_executor();
    Observer nobody;
    const std::vector<std::int32_t> fixed = to_fixed_input(input);
    engine.run(workspace, {.input = fixed, .duration = 9, .key = {3, 5}}, *serial, nobody);
    const auto read_out = std::ranges::find_if(network.populations, &CompiledPopulation::is_read_out);
    return engine.potentials(workspace, static_cast<std::size_t>(read_out - network.populations.begin()));
}

}  // namespace

TEST_SUITE("property") {
    TEST_CASE("with linear populations, the engine repeats the reference on 1000 random networks") {
        const auto serial = make_serial_executor();
        std::int64_t linear = 0, rounding = 0;
        for (std::uint64_t seed = 0; seed < 1000; ++seed) {
            CAPTURE(seed);
            const ComparisonCase c = linear_case(seed);
            linear += has_linear(c.network) ? 1 : 0;
            rounding += rounds_sums(c.network) ? 1 : 0;
            const EngineOptions options{.chunk = static_cast<Tick>(1 + seed % 17),
                                        .plan = {.band_bytes = 1 + seed * 37 % 4096, .coalesces = seed % 3 != 0}};
            REQUIRE(is_repeated(c, options, *serial));
        }
        CHECK(linear > 500);
        CHECK(rounding > 50);
    }

    TEST_CASE("with linear populations, any number of threads and every instruction set give the same bits") {
        CHECK(difference_between_machines(linear_case) == "");
    }

    TEST_CASE("permuting spikes changes no bit where linear populations and neurons only sum their window") {
        int rounding = 0;
        for (std::uint64_t seed = 0; seed < 300; ++seed) {
            CAPTURE(seed);
            RandomNetwork network = random_linear_network(seed, false);
            for (Projection& projection : network.graph.projections) projection.delay = 0;
            const std::vector<PopulationIndex> layers = firing_layers(network.graph);
            for (const PopulationIndex layer : layers)
                replace_neurons(network.graph, layer, parse_neuron_choice("accumulate"));
            LayerGraph permuted = network.graph;
            for (const PopulationIndex layer : layers) insert_relay(permuted, layer, parse_rearrangement("permute"));
            rounding += rounds_sums(compile(network.graph)) ? 1 : 0;
            const std::vector<Charge> expected = answer(network.graph, network.input, {});
            REQUIRE(answer(permuted, network.input, {}) == expected);
            REQUIRE(answer(permuted, network.input, {.chunk = 4, .plan = {.coalesces = false}}) == expected);
        }
        CHECK(rounding > 10);
    }
}
