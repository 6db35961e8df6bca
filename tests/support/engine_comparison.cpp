#include "tests/support/engine_comparison.hpp"

#include "tests/support/reference_operations.hpp"
#include "topology/compiler/compile.hpp"

#include <hwy/targets.h>

#include <random>

namespace syncopate {

DenseRecorder::DenseRecorder(const CompiledNetwork& network, Tick duration) : network_(network) {
    for (const CompiledPopulation& population : network.populations) {
        amplitudes.emplace_back(static_cast<std::size_t>(duration),
                                std::vector<std::int32_t>(static_cast<std::size_t>(population.shape.size()), 0));
        read_outs.emplace_back();
    }
}

void DenseRecorder::read_out(std::size_t population, Tick, std::span<const Charge> potential) {
    read_outs[population].emplace_back(potential.begin(), potential.end());
}

void DenseRecorder::spikes(std::size_t population, const Window& window) {
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

ComparisonCase make_case(const RandomNetwork& random, std::uint64_t seed) {
    std::mt19937_64 more(seed ^ 0x9e3779b97f4a7c15u);
    ComparisonCase c{compile(random.graph),
                     to_fixed_input(random.input),
                     static_cast<Tick>(1 + more() % 40),
                     {more(), static_cast<std::uint32_t>(more())},
                     {},
                     {}};
    c.expected = simulate_reference(c.network, c.input, c.duration, c.key);
    c.operations = reference_operations(random.graph, c.expected);
    return c;
}

namespace {

/// A read-out in the first window is shown after every tick, a later one at the end.
bool is_shown(const ComparisonCase& c, std::size_t p, const std::vector<std::vector<Charge>>& shown) {
    const std::vector<std::vector<Charge>>& potentials = c.expected[p].potentials;
    if (c.network.populations[p].phase == 0) return shown == potentials;
    return shown.size() == 1 && shown.front() == potentials.back();
}

}  // namespace

bool is_repeated(const ComparisonCase& c, EngineOptions options, Executor& executor) {
    const Engine engine(c.network, options);
    Workspace workspace = engine.make_workspace(executor.concurrency());
    DenseRecorder recorder(c.network, c.duration);
    engine.run(workspace, {.input = c.input, .duration = c.duration, .key = c.key}, executor, recorder);
    for (std::size_t p = 0; p < c.network.populations.size(); ++p) {
        const CompiledPopulation& population = c.network.populations[p];
        if (population.role == PopulationRole::constant_current) continue;
        if (recorder.amplitudes[p] != c.expected[p].amplitudes) return false;
        if (engine.synaptic_operations(workspace, p) != c.operations[p]) return false;
        if (population.dynamics == nullptr) continue;
        if (engine.potentials(workspace, p) != c.expected[p].potentials.back()) return false;
        if (population.is_read_out() && !is_shown(c, p, recorder.read_outs[p])) return false;
    }
    return true;
}

std::string difference_between_machines(ComparisonCase (*case_of)(std::uint64_t seed)) {
    for (std::uint64_t seed = 2000; seed < 2060; ++seed) {
        const ComparisonCase c = case_of(seed);
        for (const int threads : {2, 4}) {
            const auto executor = make_thread_executor(threads);
            if (!is_repeated(c, {.chunk = 7, .plan = {.band_bytes = 64}}, *executor))
                return "seed " + std::to_string(seed) + ", " + std::to_string(threads) + " threads";
        }
    }
    std::string difference;
    const auto serial = make_serial_executor();
    for (const auto target : hwy::SupportedAndGeneratedTargets()) {
        hwy::SetSupportedTargetsForTest(target);
        for (std::uint64_t seed = 2100; seed < 2140 && difference.empty(); ++seed) {
            if (!is_repeated(case_of(seed), {}, *serial))
                difference = "seed " + std::to_string(seed) + ", " + hwy::TargetName(target);
        }
    }
    hwy::SetSupportedTargetsForTest(0);
    return difference;
}

}  // namespace syncopate
