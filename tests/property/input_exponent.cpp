#include "core/engine/engine.hpp"
#include "neurons/models/bernoulli_rate.hpp"
#include "neurons/models/direct_current.hpp"
#include "tests/support/engine_comparison.hpp"
#include "tests/support/random_network.hpp"
#include "tests/support/reference_simulator.hpp"
#include "topology/compiler/compile.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace syncopate;

namespace {

/// The same network for inputs that are 2^exponent times as large, of which only the names of the numbers change.
RandomNetwork enlarged(RandomNetwork random, std::int32_t exponent) {
    for (double& value : random.input) value = std::ldexp(value, exponent);
    Population& input = random.graph.populations.front();
    if (auto* direct = input.model.as<DirectCurrent>()) direct->input_exponent = exponent;
    if (auto* rate = input.model.as<BernoulliRate>()) {
        rate->maximum = std::ldexp(rate->maximum, exponent);
        rate->input_exponent = exponent;
    }
    for (Projection& projection : random.graph.projections) {
        if (projection.source == 0)
            projection.stages.insert(projection.stages.begin(), Scale{input.shape, {std::ldexp(1.0, -exponent)}});
    }
    return random;
}

}  // namespace

TEST_SUITE("property") {
    TEST_CASE("inputs beyond ±127 with an exponent give the spikes of the same inputs divided, engine and reference") {
        const auto executor = make_thread_executor(2);
        for (std::uint64_t seed = 0; seed < 120; ++seed) {
            CAPTURE(seed);
            const RandomNetwork random = random_network(seed);
            const auto exponent = static_cast<std::int32_t>(1 + seed % 9);
            const RandomNetwork large = enlarged(random, exponent);
            const ComparisonCase small = make_case(random, seed);
            ComparisonCase same{
                compile(large.graph), to_fixed_input(large.input, exponent), small.duration, small.key, {}, {}};
            REQUIRE(same.network.input_exponent == exponent);
            REQUIRE(same.input == small.input);
            same.expected = simulate_reference(same.network, same.input, same.duration, same.key);
            same.operations = small.operations;
            REQUIRE(is_repeated(same, {}, *executor));
            for (std::size_t p = 0; p < small.expected.size(); ++p) {
                REQUIRE(same.expected[p].amplitudes == small.expected[p].amplitudes);
                REQUIRE(same.expected[p].potentials == small.expected[p].potentials);
            }
        }
    }
}
