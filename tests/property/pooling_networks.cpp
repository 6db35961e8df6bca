#include "neurons/models/max_pool.hpp"
#include "tests/support/engine_comparison.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>

using namespace syncopate;

namespace {

ComparisonCase pool_case(std::uint64_t seed) { return make_case(random_pool_network(seed), seed); }

/// Nobody wants spikes; so pools that keep counts may take them.
class CountsOnly final : public Observer {
public:
    bool wants_spikes(std::size_t) const override { return false; }
};

/// Wants the spikes of some populations.
class WantsSome final : public Observer {
public:
    explicit WantsSome(std::size_t every) : every_(every) {}
    bool wants_spikes(std::size_t population) const override { return population % every_ == 0; }

private:
    std::size_t every_;
};

/// Whether read-outs end where the reference does, and everybody has sent as often.
bool has_counts_of(const ComparisonCase& c, Observer& observer, EngineOptions options) {
    const Engine engine(c.network, options);
    Workspace workspace = engine.make_workspace();
    const auto serial = make_serial_executor();
    engine.run(workspace, {.input = c.input, .duration = c.duration, .key = c.key}, *serial, observer);
    for (std::size_t p = 0; p < c.network.populations.size(); ++p) {
        const CompiledPopulation& population = c.network.populations[p];
        if (population.dynamics != nullptr && engine.potentials(workspace, p) != c.expected[p].potentials.back())
            return false;
        if (!population.spikes()) continue;
        std::vector<std::int32_t> counts(static_cast<std::size_t>(population.shape.size()), 0);
        for (const auto& tick : c.expected[p].amplitudes) {
            for (std::size_t i = 0; i < tick.size(); ++i) counts[i] += tick[i] != 0 ? 1 : 0;
        }
        if (engine.spike_counts(workspace, p) != counts) return false;
    }
    return true;
}

}  // namespace

TEST_SUITE("property") {
    TEST_CASE("with pooling neurons, the engine repeats the reference on 1000 random networks") {
        const auto serial = make_serial_executor();
        std::map<std::string, int> by_rule;
        for (std::uint64_t seed = 0; seed < 1000; ++seed) {
            CAPTURE(seed);
            const ComparisonCase c = pool_case(seed);
            for (const CompiledPopulation& population : c.network.populations) {
                if (population.is_pooling()) ++by_rule[population.model.rule];
            }
            const EngineOptions options{.chunk = static_cast<Tick>(1 + seed % 17),
                                        .plan = {.band_bytes = 1 + seed * 37 % 4096, .coalesces = seed % 3 != 0}};
            REQUIRE(is_repeated(c, options, *serial));
        }
        for (const std::string_view rule : max_pool_rule_names) CHECK(by_rule[std::string(rule)] > 300);
    }

    TEST_CASE("with pooling neurons, threads and instruction sets change no bit") {
        CHECK(difference_between_machines(pool_case) == "");
    }

    TEST_CASE("the maximum of counts instead of spikes changes neither counts nor potentials, whoever is watched") {
        int coalesced = 0;
        for (std::uint64_t seed = 1; seed < 1000; seed += 2) {
            CAPTURE(seed);
            const ComparisonCase c = pool_case(seed);
            for (const CompiledPopulation& population : c.network.populations) {
                const auto p = static_cast<std::size_t>(&population - c.network.populations.data());
                if (population.is_pooling()) coalesced += plan_engine(c.network, {}).populations[p].is_coalesced;
            }
            CountsOnly nobody;
            REQUIRE(has_counts_of(c, nobody, {}));
            for (std::size_t every = 1; every <= 3; ++every) {
                WantsSome some(every);
                REQUIRE(has_counts_of(c, some, {.chunk = 5, .plan = {.band_bytes = 200}}));
            }
        }
        CHECK(coalesced > 50);
    }

    TEST_CASE("by gate, a pooling neuron sends no fewer spikes than by counts: who reaches the largest count spikes") {
        for (std::uint64_t seed = 0; seed < 300; ++seed) {
            CAPTURE(seed);
            RandomNetwork network = random_pool_network(seed);
            for (Population& population : network.graph.populations) {
                if (auto* pool = population.model.as<MaxPool>()) pool->rule = MaxPoolRule::counts;
            }
            const ComparisonCase counts = make_case(network, seed);
            for (Population& population : network.graph.populations) {
                if (auto* pool = population.model.as<MaxPool>()) pool->rule = MaxPoolRule::gate;
            }
            const ComparisonCase gate = make_case(network, seed);
            const auto sum_of = [](const auto& trace, std::size_t neuron) {
                std::int64_t sum = 0;
                for (const auto& tick : trace.amplitudes) sum += tick[neuron];
                return sum;
            };
            // The first pool in order: nothing before it differs between the two.
            const auto p = std::ranges::find_if(
                counts.network.order, [&](PopulationIndex k) { return counts.network.populations[k].is_pooling(); });
            if (p == counts.network.order.end()) continue;
            for (std::size_t i = 0; i < static_cast<std::size_t>(counts.network.populations[*p].shape.size()); ++i)
                REQUIRE(sum_of(counts.expected[*p], i) <= sum_of(gate.expected[*p], i));
        }
    }
}
