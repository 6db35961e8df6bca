#include "neurons/models/two_phase.hpp"
#include "tests/support/engine_comparison.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace syncopate;

namespace {

/// Windows of make_case have 40 ticks at most.
constexpr Tick longest = 40;

/// The network with a bias for every tick wherever a population takes one: of both signs, on a dyadic grid or not.
RandomNetwork with_tick_biases(RandomNetwork random, std::uint64_t seed, double size) {
    std::mt19937_64 draw(seed + 77);
    std::uniform_real_distribution<double> value(-size, size);
    for (Population& population : random.graph.populations) {
        if (!population.model.info().takes_bias) continue;
        TickBias bias{.T = longest, .serves_shorter = true, .values = {}};
        for (std::int64_t i = 0; i < std::int64_t{longest} * population.shape.channels; ++i)
            bias.values.push_back(seed % 2 == 0 ? std::round(value(draw) * 16.0) / 16.0 : value(draw));
        population.tick_bias = std::move(bias);
    }
    return random;
}

RandomNetwork any_network(std::uint64_t seed) {
    switch (seed % 5) {
        case 0:
            return random_network(seed);
        case 1:
            return random_window_network(seed);
        case 2:
            return random_linear_network(seed, seed % 2 == 0);
        case 3:
            return random_model_network(seed);
        default:
            return random_pool_network(seed);
    }
}

ComparisonCase biased_case(std::uint64_t seed) {
    return make_case(with_tick_biases(any_network(seed), seed, 0.6), seed);
}

bool is_same_run(const ComparisonCase& a, const ComparisonCase& b) {
    for (std::size_t p = 0; p < a.expected.size(); ++p) {
        if (a.expected[p].amplitudes != b.expected[p].amplitudes) return false;
        if (a.expected[p].potentials != b.expected[p].potentials) return false;
    }
    return true;
}

}  // namespace

TEST_SUITE("property") {
    TEST_CASE("with a bias for every tick, the engine repeats the reference on 1000 random networks of every kind") {
        const auto serial = make_serial_executor();
        for (std::uint64_t seed = 0; seed < 1000; ++seed) {
            CAPTURE(seed);
            const ComparisonCase c = biased_case(seed);
            const EngineOptions options{.chunk = static_cast<Tick>(1 + seed % 17),
                                        .plan = {.band_bytes = 1 + seed * 37 % 4096, .coalesces = seed % 3 != 0}};
            REQUIRE(is_repeated(c, options, *serial));
        }
    }

    TEST_CASE("with a bias for every tick, threads and instruction sets change no bit") {
        CHECK(difference_between_machines(biased_case) == "");
    }

    TEST_CASE("a bias of 0 for every tick changes no bit, and others change spikes") {
        int changed = 0;
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            CAPTURE(seed);
            const RandomNetwork random = any_network(seed);
            const ComparisonCase plain = make_case(random, seed);
            REQUIRE(is_same_run(plain, make_case(with_tick_biases(random, seed, 0.0), seed)));
            changed += is_same_run(plain, biased_case(seed)) ? 0 : 1;
        }
        CHECK(changed > 150);
    }

    TEST_CASE("of neurons that accumulate before they fire, only the sum of a bias over the window acts") {
        for (std::uint64_t seed = 0; seed < 100; ++seed) {
            CAPTURE(seed);
            RandomNetwork random = random_window_network(seed);
            for (Population& population : random.graph.populations) {
                if (population.model.role() == PopulationRole::neurons) population.model = TwoPhase{};
            }
            // On a cycle nobody can hold a window.
            std::erase_if(random.graph.projections, [](const Projection& p) { return p.source >= p.target; });
            RandomNetwork backwards = random = with_tick_biases(random, seed, 0.6);
            const Tick T = make_case(random, seed).duration;
            for (Population& population : backwards.graph.populations) {
                if (!population.tick_bias || !population.model.info().holds_window) continue;
                const auto channels = population.shape.channels;
                std::vector<double>& values = population.tick_bias->values;
                const std::vector<double> forwards = values;
                for (std::int32_t i = 0; i < T * channels; ++i)
                    values[static_cast<std::size_t>(i)] =
                        forwards[static_cast<std::size_t>((T - 1 - i / channels) * channels + i % channels)];
            }
            const ComparisonCase a = make_case(random, seed), b = make_case(backwards, seed);
            for (std::size_t p = 0; p < a.expected.size(); ++p)
                REQUIRE(a.expected[p].amplitudes == b.expected[p].amplitudes);
        }
    }

    TEST_CASE("a bias that is the same at every tick is a bias") {
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            CAPTURE(seed);
            RandomNetwork as_bias = any_network(seed), as_ticks = as_bias;
            std::mt19937_64 draw(seed);
            for (std::size_t p = 0; p < as_bias.graph.populations.size(); ++p) {
                Population& population = as_bias.graph.populations[p];
                if (!population.model.info().takes_bias) continue;
                TickBias bias{.T = longest, .serves_shorter = true, .values = {}};
                population.bias.clear();
                // Powers of two over thresholds that are not: rounded once either way.
                for (std::int32_t c = 0; c < population.shape.channels; ++c)
                    population.bias.push_back(static_cast<double>(static_cast<int>(draw() % 9) - 4) / 8.0);
                for (Tick t = 0; t < longest; ++t)
                    bias.values.insert(bias.values.end(), population.bias.begin(), population.bias.end());
                as_ticks.graph.populations[p].bias.clear();
                as_ticks.graph.populations[p].tick_bias = std::move(bias);
            }
            REQUIRE(is_same_run(make_case(as_bias, seed), make_case(as_ticks, seed)));
        }
    }
}
