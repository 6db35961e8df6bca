#include "core/engine.hpp"
#include "tests/support/random_network.hpp"
#include "tests/support/reference_simulator.hpp"
#include "topology/compiler/compile.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <random>

using namespace syncopate;

namespace {

/// Spikes of every population as [tick][neuron] amplitudes, and the read-out's potentials.
class DenseRecorder final : public Observer {
public:
    DenseRecorder(const CompiledNetwork& network, Tick duration) : network_(network) {
        for (const CompiledPopulation& population : network.populations) {
            amplitudes.emplace_back(static_cast<std::size_t>(duration),
                                    std::vector<std::int32_t>(static_cast<std::size_t>(population.shape.size()), 0));
            read_outs.emplace_back();
        }
    }
    void read_out(std::size_t population, Tick tick, std::span<const Charge> potential) override {
        CHECK(static_cast<std::size_t>(tick) == read_outs[population].size());
        read_outs[population].emplace_back(potential.begin(), potential.end());
    }
    void spikes(std::size_t population, const Window& window) override {
        const Shape& shape = network_.populations[population].shape;
        for (Tick tick = window.ticks().begin; tick < window.ticks().end; ++tick) {
            for (std::int32_t y = 0; y < shape.height; ++y) {
                const Window::Row row = window.row(tick, y);
                for (std::size_t e = 0; e < row.positions.size(); ++e) {
                    const auto x = static_cast<std::int32_t>(row.positions[e]) / shape.channels;
                    const auto c = static_cast<std::int32_t>(row.positions[e]) % shape.channels;
                    amplitudes[population][static_cast<std::size_t>(tick)]
                              [static_cast<std::size_t>((c * shape.height + y) * shape.width + x)] =
                                  row.amplitudes.empty() ? 1 : row.amplitudes[e];
                }
            }
        }
    }
    std::vector<std::vector<std::vector<std::int32_t>>> amplitudes;
    std::vector<std::vector<std::vector<Charge>>> read_outs;

private:
    const CompiledNetwork& network_;
};

struct Case {
    CompiledNetwork network;
    std::vector<std::int32_t> input;
    Tick duration = 1;
    DrawKey key;
    std::vector<ReferenceTrace> expected;
};

Case make_case(std::uint64_t seed) {
    RandomNetwork random = random_network(seed);
    std::mt19937_64 more(seed ^ 0x9e3779b97f4a7c15u);
    Case c{compile(random.graph),
           to_fixed_input(random.input),
           static_cast<Tick>(1 + more() % 40),
           {more(), static_cast<std::uint32_t>(more())},
           {}};
    c.expected = simulate_reference(c.network, c.input, c.duration, c.key);
    return c;
}

/// True if the engine repeats the reference spike for spike and charge for charge.
bool is_repeated(const Case& c, EngineOptions options, Executor& executor) {
    const Engine engine(c.network, options);
    Workspace workspace = engine.make_workspace(executor.concurrency());
    DenseRecorder recorder(c.network, c.duration);
    engine.run(workspace, {.input = c.input, .duration = c.duration, .key = c.key}, executor, recorder);
    for (std::size_t p = 0; p < c.network.populations.size(); ++p) {
        const CompiledPopulation& population = c.network.populations[p];
        CAPTURE(population.name);
        if (std::holds_alternative<AnalogueParameters>(population.parameters)) continue;
        if (recorder.amplitudes[p] != c.expected[p].amplitudes) return false;
        if (population.dynamics == nullptr) continue;
        if (engine.potentials(workspace, p) != c.expected[p].potentials.back()) return false;
        if (!population.dynamics->fires() && recorder.read_outs[p] != c.expected[p].potentials) return false;
    }
    return true;
}

}  // namespace

TEST_SUITE("property") {
    TEST_CASE("the engine repeats the reference simulator bit for bit on 1000 random networks") {
        const auto serial = make_serial_executor();
        for (std::uint64_t seed = 0; seed < 1000; ++seed) {
            CAPTURE(seed);
            const Case c = make_case(seed);
            const EngineOptions options{.chunk = static_cast<Tick>(1 + seed % 17), .band_bytes = 1 + seed * 37 % 4096};
            REQUIRE(is_repeated(c, options, *serial));
        }
    }

    TEST_CASE("any number of plain threads gives the same bits") {
        for (std::uint64_t seed = 2000; seed < 2060; ++seed) {
            CAPTURE(seed);
            const Case c = make_case(seed);
            for (const int threads : {1, 2, 4}) {
                const auto executor = make_thread_executor(threads);
                REQUIRE(is_repeated(c, {.chunk = 7, .band_bytes = 64}, *executor));
            }
        }
    }

    TEST_CASE("every instruction set gives the same bits") {
        const auto serial = make_serial_executor();
        for (const auto target : hwy::SupportedAndGeneratedTargets()) {
            hwy::SetSupportedTargetsForTest(target);
            CAPTURE(hwy::TargetName(target));
            for (std::uint64_t seed = 4000; seed < 4040; ++seed) {
                CAPTURE(seed);
                REQUIRE(is_repeated(make_case(seed), {}, *serial));
            }
        }
        hwy::SetSupportedTargetsForTest(0);
    }

    TEST_CASE("random networks are lively: populations fire, but not always") {
        std::int64_t spikes = 0, sites = 0, silent = 0, populations = 0;
        for (std::uint64_t seed = 0; seed < 100; ++seed) {
            const Case c = make_case(seed);
            for (std::size_t p = 0; p < c.network.populations.size(); ++p) {
                if (!std::holds_alternative<IntegrateAndFireParameters>(c.network.populations[p].parameters)) continue;
                std::int64_t own = 0;
                for (const auto& tick : c.expected[p].amplitudes) {
                    for (const std::int32_t a : tick) own += a;
                    sites += static_cast<std::int64_t>(tick.size());
                }
                spikes += own;
                silent += own == 0 ? 1 : 0;
                ++populations;
            }
        }
        CHECK(spikes > sites / 20);
        CHECK(spikes < sites * 3 / 4);
        CHECK(silent < populations / 2);
    }
}

TEST_SUITE("property" * doctest::description("tbb")) {
    TEST_CASE("any number of TBB threads gives the same bits [tbb]") {
        for (std::uint64_t seed = 3000; seed < 3060; ++seed) {
            CAPTURE(seed);
            const Case c = make_case(seed);
            for (const int threads : {1, 2, 4}) {
                const auto executor = make_tbb_executor(threads);
                REQUIRE(is_repeated(c, {.chunk = 7, .band_bytes = 64}, *executor));
            }
        }
    }
}
