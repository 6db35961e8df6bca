#include "core/engine.hpp"

#include "core/analogue_current.hpp"
#include "core/assert.hpp"
#include "core/error.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

namespace syncopate {

namespace {

bool is_analogue(const CompiledPopulation& population) {
    return std::holds_alternative<AnalogueParameters>(population.parameters);
}

/// Bias and analogue input of one population for one sample.
void set_constant_current(const CompiledPopulation& population, const PopulationPlan& plan, const EnginePlan& engine,
                          std::span<const std::int32_t> input, PopulationState& state) {
    state.bias = plan.bias;
    if (plan.analogue.empty()) return;
    std::vector<Charge> sum(state.bias.size(), 0);
    for (const std::size_t p : plan.analogue) {
        const std::vector<Charge> products = analogue_products(engine.projections[p], plan, population, input);
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += products[i];
    }
    for (std::size_t i = 0; i < sum.size(); ++i) {
        const Charge current = round_input_product(sum[i]);
        if (std::max(current, -current) + population.worst_current > max_current) {
            throw Error("population \"" + population.name + "\": the analogue input drives a neuron with " +
                        std::to_string(from_charge(current, population.fraction_bits)) +
                        " thresholds a tick, which fixed point with " + std::to_string(population.fraction_bits) +
                        " fraction bits cannot hold; check the preprocessing (mean, std, scale) or convert with fewer "
                        "fraction bits");
        }
        state.bias[i] += static_cast<std::int32_t>(current);
    }
}

}  // namespace

/// What one pass over the populations needs to know.
struct Engine::PassContext {
    const SampleRun& sample;
    Executor& bands;
    Observer& observer;
    Tick limit = 0;
};

Engine::Engine(const CompiledNetwork& network, EngineOptions options)
    : network_(network), options_(options), plan_(plan_engine(network, options.band_bytes)) {
    SYNCOPATE_ASSERT(options.chunk >= 1);
}

Workspace Engine::make_workspace(int band_workers) const {
    Workspace workspace;
    workspace.queue = EventQueue(network_.populations.size());
    workspace.scratch.resize(static_cast<std::size_t>(band_workers));
    for (const CompiledPopulation& population : network_.populations) {
        PopulationState state;
        if (population.dynamics != nullptr) {
            state.potential.resize(static_cast<std::size_t>(population.shape.size()));
        }
        state.spike_counts.resize(static_cast<std::size_t>(population.shape.size()));
        state.open = OpenWindow(population.shape.height, false);
        state.open.split(plan_.populations[workspace.populations.size()].band_rows);
        workspace.populations.push_back(std::move(state));
    }
    return workspace;
}

void Engine::begin(Workspace& workspace, const SampleRun& sample) const {
    SYNCOPATE_ASSERT(sample.duration >= 1);
    const CompiledPopulation& input = network_.populations[static_cast<std::size_t>(network_.input)];
    SYNCOPATE_ASSERT(static_cast<std::int64_t>(sample.input.size()) == input.shape.size());
    workspace.queue.clear();
    for (std::size_t p = 0; p < network_.populations.size(); ++p) {
        PopulationState& state = workspace.populations[p];
        state.now = 0;
        std::ranges::fill(state.potential, network_.populations[p].v_init);
        std::ranges::fill(state.spike_counts, 0);
        set_constant_current(network_.populations[p], plan_.populations[p], plan_, sample.input, state);
    }
}

Tick Engine::horizon_of(const Workspace& workspace, std::size_t population) const {
    Tick horizon = std::numeric_limits<Tick>::max();
    for (const std::size_t p : plan_.populations[population].incoming) {
        const ProjectionPlan& projection = plan_.projections[p];
        horizon =
            std::min(horizon, workspace.queue.horizon(static_cast<std::size_t>(projection.source)) + projection.delay);
    }
    return horizon;
}

void Engine::advance(Workspace& workspace, std::size_t population, const PassContext& pass) const {
    const CompiledPopulation& compiled = network_.populations[population];
    const PopulationPlan& plan = plan_.populations[population];
    PopulationState& state = workspace.populations[population];
    const TickRange ticks{state.now, std::min(horizon_of(workspace, population), pass.limit)};
    if (ticks.length() <= 0) return;
    state.now = ticks.end;
    if (is_analogue(compiled)) return;
    if (compiled.encoder != nullptr) {
        Window window = compiled.encoder->emit(pass.sample.input, ticks, pass.sample.key);
        for (Tick tick = ticks.begin; tick < ticks.end; ++tick) {
            for (std::int32_t y = 0; y < compiled.shape.height; ++y) {
                for (const std::uint32_t position : window.row(tick, y).positions) {
                    ++state.spike_counts[static_cast<std::size_t>(y) * plan.row_size + position];
                }
            }
        }
        pass.observer.spikes(population, window);
        workspace.queue.push(population, std::move(window));
        return;
    }
    std::vector<Inlet> inlets;
    for (const std::size_t p : plan.incoming) {
        inlets.emplace_back(plan_.projections[p], workspace.queue);
        inlets.back().route(ticks);
    }
    state.open.open(ticks);
    const auto probe = std::ranges::find(pass.sample.probes, population, &PopulationProbe::population);
    const bool fires = compiled.dynamics->fires();
    const BandContext context{.population = compiled,
                              .plan = plan,
                              .ticks = ticks,
                              .inlets = inlets,
                              .state = state,
                              .open = fires ? &state.open : nullptr,
                              .probe = probe == pass.sample.probes.end() ? nullptr : &*probe,
                              .read_out = fires ? nullptr : &pass.observer,
                              .index = population};
    pass.bands.for_each(static_cast<std::int64_t>(plan.bands.size()), [&](int worker, std::int64_t band) {
        advance_band(context, static_cast<std::size_t>(band), workspace.scratch[static_cast<std::size_t>(worker)]);
    });
    if (!fires) return;
    Window window = state.open.seal(workspace.queue.take_storage());
    pass.observer.spikes(population, window);
    workspace.queue.push(population, std::move(window));
}

void Engine::forget_delivered(Workspace& workspace) const {
    std::vector<Tick> needed(network_.populations.size(), std::numeric_limits<Tick>::max());
    for (std::size_t p = 0; p < plan_.populations.size(); ++p) {
        for (const std::size_t incoming : plan_.populations[p].incoming) {
            const ProjectionPlan& projection = plan_.projections[incoming];
            Tick& from = needed[static_cast<std::size_t>(projection.source)];
            from = std::min(from, workspace.populations[p].now - projection.delay);
        }
    }
    for (std::size_t p = 0; p < needed.size(); ++p) workspace.queue.discard_before(p, needed[p]);
}

void Engine::run(Workspace& workspace, const SampleRun& sample, Executor& bands, Observer& observer) const {
    SYNCOPATE_ASSERT(static_cast<std::size_t>(bands.concurrency()) <= workspace.scratch.size());
    begin(workspace, sample);
    PassContext pass{sample, bands, observer, 0};
    for (Tick done = 0; done < sample.duration;) {
        // Nobody runs further ahead of the slowest than one chunk, so the queue stays as short as the chunk and the
        // delays.
        pass.limit = std::min(sample.duration,
                              done > sample.duration - options_.chunk ? sample.duration : done + options_.chunk);
        for (const std::int32_t p : network_.order) advance(workspace, static_cast<std::size_t>(p), pass);
        forget_delivered(workspace);
        const auto slowest = std::ranges::min_element(workspace.populations, {}, &PopulationState::now);
        SYNCOPATE_ASSERT(slowest->now > done);
        done = slowest->now;
    }
}

std::vector<std::int32_t> Engine::spike_counts(const Workspace& workspace, std::size_t population) const {
    const std::vector<std::int32_t>& counts = workspace.populations[population].spike_counts;
    std::vector<std::int32_t> moved(counts.size());
    const Shape& shape = network_.populations[population].shape;
    for (std::size_t i = 0; i < moved.size(); ++i) moved[i] = counts[channels_last(shape, i)];
    return moved;
}

std::vector<Charge> Engine::potentials(const Workspace& workspace, std::size_t population) const {
    const std::vector<Charge>& potential = workspace.populations[population].potential;
    std::vector<Charge> moved(potential.size());
    const Shape& shape = network_.populations[population].shape;
    for (std::size_t i = 0; i < moved.size(); ++i) moved[i] = potential[channels_last(shape, i)];
    return moved;
}

std::int64_t Engine::synaptic_operations(const Workspace& workspace) const {
    std::int64_t operations = 0;
    for (const ProjectionPlan& projection : plan_.projections) {
        const auto source = static_cast<std::size_t>(projection.source);
        if (is_analogue(network_.populations[source])) continue;
        const std::vector<std::int32_t>& counts = workspace.populations[source].spike_counts;
        for (std::size_t i = 0; i < counts.size(); ++i) operations += counts[i] * projection.fan_out[i];
    }
    return operations;
}

std::vector<std::int32_t> to_fixed_input(std::span<const double> input) {
    std::vector<std::int32_t> fixed(input.size());
    for (std::size_t i = 0; i < input.size(); ++i) {
        if (!(std::abs(input[i]) <= max_input)) {
            throw Error("input value " + std::to_string(input[i]) + " at position " + std::to_string(i) +
                        " is outside ±127; check the preprocessing (scale, mean, std)");
        }
        fixed[i] = static_cast<std::int32_t>(to_charge(input[i], input_fraction_bits));
    }
    return fixed;
}

}  // namespace syncopate
