#include "tests/support/engine_comparison.hpp"
#include "tests/support/window_keeper.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace syncopate;

namespace {

ComparisonCase window_case(std::uint64_t seed) { return make_case(random_window_network(seed), seed); }

/// Wants no spikes, so that the engine may count them only.
class ReadOutOnly final : public Observer {
public:
    bool wants_spikes(std::size_t) const override { return false; }
    void read_out(std::size_t, Tick, std::span<const Charge> potential) override {
        potentials.emplace_back(potential.begin(), potential.end());
    }
    std::vector<std::vector<Charge>> potentials;
};

std::vector<std::int32_t> expected_counts(const ReferenceTrace& trace) {
    std::vector<std::int32_t> counts(trace.amplitudes.front().size(), 0);
    for (const auto& tick : trace.amplitudes) {
        for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += tick[i] != 0 ? 1 : 0;
    }
    return counts;
}

}  // namespace

TEST_SUITE("property") {
    TEST_CASE("with relays and two-phase neurons, the engine repeats the reference on 1000 random networks") {
        const auto serial = make_serial_executor();
        for (std::uint64_t seed = 0; seed < 1000; ++seed) {
            CAPTURE(seed);
            const ComparisonCase c = window_case(seed);
            const EngineOptions options{.chunk = static_cast<Tick>(1 + seed % 17),
                                        .plan = {.band_bytes = 1 + seed * 37 % 4096, .coalesces = seed % 3 != 0}};
            REQUIRE(is_repeated(c, options, *serial));
        }
    }

    TEST_CASE("counting spikes instead of sending them changes neither read-outs nor counts nor potentials") {
        const auto serial = make_serial_executor();
        for (std::uint64_t seed = 1000; seed < 1300; ++seed) {
            CAPTURE(seed);
            const ComparisonCase c = window_case(seed);
            const Engine engine(c.network);
            Workspace workspace = engine.make_workspace();
            ReadOutOnly observer;
            engine.run(workspace, {.input = c.input, .duration = c.duration, .key = c.key}, *serial, observer);
            for (std::size_t p = 0; p < c.network.populations.size(); ++p) {
                const CompiledPopulation& population = c.network.populations[p];
                CAPTURE(population.name);
                if (population.spikes()) REQUIRE(engine.spike_counts(workspace, p) == expected_counts(c.expected[p]));
                if (population.is_read_out()) REQUIRE(observer.potentials.back() == c.expected[p].potentials.back());
                if (population.dynamics != nullptr)
                    REQUIRE(engine.potentials(workspace, p) == c.expected[p].potentials.back());
            }
        }
    }

    TEST_CASE("with held windows, any number of threads and every instruction set give the same bits") {
        CHECK(difference_between_machines(window_case) == "");
    }

    TEST_CASE("spikes that are replayed give what the run that they come from gave") {
        const auto serial = make_serial_executor();
        for (std::uint64_t seed = 3000; seed < 3300; ++seed) {
            CAPTURE(seed);
            const ComparisonCase c = window_case(seed);
            const Engine engine(c.network, {.chunk = static_cast<Tick>(1 + seed % 11)});
            Workspace workspace = engine.make_workspace();
            WindowKeeper keeper(c.network.populations.size());
            engine.run(workspace, {.input = c.input, .duration = c.duration, .key = c.key}, *serial, keeper);
            std::mt19937_64 more(seed);
            std::vector<ReplayedSpikes> replayed;
            for (std::size_t p = 0; p < c.network.populations.size(); ++p) {
                if (c.network.populations[p].spikes() && more() % 3 == 0 && !keeper.windows[p].empty())
                    replayed.push_back({p, keeper.windows[p]});
            }
            ReadOutOnly observer;
            engine.run(workspace, {.input = c.input, .duration = c.duration, .key = c.key, .replayed = replayed},
                       *serial, observer);
            REQUIRE(observer.potentials == keeper.potentials);
            for (const ReplayedSpikes& given : replayed)
                REQUIRE(engine.spike_counts(workspace, given.population) ==
                        expected_counts(c.expected[given.population]));
        }
    }

    TEST_CASE("a shorter window can be replayed from a longer one") {
        const auto serial = make_serial_executor();
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            CAPTURE(seed);
            const ComparisonCase c = make_case(random_network(seed), seed);
            const Engine engine(c.network, {.chunk = 8});
            Workspace workspace = engine.make_workspace();
            WindowKeeper keeper(c.network.populations.size());
            engine.run(workspace, {.input = c.input, .duration = c.duration, .key = c.key}, *serial, keeper);
            std::vector<ReplayedSpikes> replayed;
            for (std::size_t p = 0; p < c.network.populations.size(); ++p) {
                if (!keeper.windows[p].empty()) replayed.push_back({p, keeper.windows[p]});
            }
            const Tick shorter = 1 + static_cast<Tick>(seed) % c.duration;
            ReadOutOnly observer;
            engine.run(workspace, {.input = c.input, .duration = shorter, .key = c.key, .replayed = replayed}, *serial,
                       observer);
            keeper.potentials.resize(static_cast<std::size_t>(shorter));
            REQUIRE(observer.potentials == keeper.potentials);
        }
    }

    TEST_CASE("a probe follows a two-phase neuron through both phases") {
        const auto executor = make_thread_executor(2);
        int followed = 0;
        for (std::uint64_t seed = 0; seed < 100; ++seed) {
            CAPTURE(seed);
            const ComparisonCase c = window_case(seed);
            for (std::size_t p = 0; p < c.network.populations.size(); ++p) {
                const CompiledPopulation& population = c.network.populations[p];
                if (population.second_phase == nullptr) continue;
                ++followed;
                const auto n = static_cast<std::int32_t>(seed % static_cast<std::uint64_t>(population.shape.size()));
                std::vector<PopulationProbe> probes = {{p, {{n, {}, {}, {}, {}}}}};
                const Engine engine(c.network, {.chunk = 5, .plan = {.band_bytes = 64}});
                Workspace workspace = engine.make_workspace(2);
                Observer observer;
                engine.run(workspace, {.input = c.input, .duration = c.duration, .key = c.key, .probes = probes},
                           *executor, observer);
                const NeuronTrace& trace = probes[0].traces[0];
                const auto T = static_cast<std::size_t>(c.duration);
                REQUIRE(trace.spikes.size() == 2 * T);
                for (std::size_t t = 0; t < 2 * T; ++t) {
                    const auto i = static_cast<std::size_t>(n);
                    const std::int32_t sent = t < T ? 0 : c.expected[p].amplitudes[t - T][i];
                    REQUIRE(trace.spikes[t] == sent);
                    REQUIRE(trace.potential[t] ==
                            from_charge(c.expected[p].potentials[t][i], population.fraction_bits));
                }
            }
        }
        CHECK(followed > 50);
    }
}
