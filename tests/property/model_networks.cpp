#include "tests/support/engine_comparison.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <string>

using namespace syncopate;

namespace {

ComparisonCase model_case(std::uint64_t seed) { return make_case(random_model_network(seed), seed); }

}  // namespace

TEST_SUITE("property") {
    TEST_CASE("with any models of the table, the engine repeats the reference on 600 random networks") {
        const auto serial = make_serial_executor();
        for (std::uint64_t seed = 0; seed < 600; ++seed) {
            CAPTURE(seed);
            const ComparisonCase c = model_case(seed);
            const EngineOptions options{.chunk = static_cast<Tick>(1 + seed % 17),
                                        .plan = {.band_bytes = 1 + seed * 37 % 4096, .coalesces = seed % 3 != 0}};
            REQUIRE(is_repeated(c, options, *serial));
        }
    }

    TEST_CASE("with any models of the table, threads and instruction sets change no bit") {
        CHECK(difference_between_machines(model_case) == "");
    }

    TEST_CASE("the random networks have every model that fires, and each of them does fire") {
        std::map<std::string, std::int64_t> spikes;
        for (std::uint64_t seed = 0; seed < 100; ++seed) {
            const ComparisonCase c = model_case(seed);
            for (std::size_t p = 0; p < c.network.populations.size(); ++p) {
                for (const auto& tick : c.expected[p].amplitudes) {
                    for (const std::int32_t a : tick) spikes[c.network.populations[p].model.name] += std::abs(a);
                }
            }
        }
        for (const NeuronModel& model : neuron_models()) {
            CAPTURE(model.info().name);
            if (model.role() == PopulationRole::neurons) CHECK(spikes[std::string(model.info().name)] > 1000);
        }
    }
}
