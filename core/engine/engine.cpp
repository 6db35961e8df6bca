#include "core/engine/engine.hpp"

#include "core/assert.hpp"
#include "core/engine/analogue_current.hpp"
#include "core/engine/liveness.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "core/layout.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

namespace syncopate {

namespace {

/// The analogue input as a current of every tick: summed exactly, rounded once. Returns the largest magnitude.
Charge add_analogue_current(const CompiledPopulation& population, const PopulationPlan& plan, const EnginePlan& engine,
                            std::span<const std::int32_t> input, std::vector<Charge>& current) {
    std::vector<Charge> sum(current.size(), 0);
    for (std::size_t number = 0; number < plan.analogue.size(); ++number) {
        const std::vector<Charge> products = analogue_products(engine, number, plan, input);
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += products[i];
    }
    // All analogue projections of a population come from the one input and have the same shift, because the compiler
    // chooses their bits together; else their products could not be summed before rounding.
    const std::int32_t shift = engine.projections[plan.analogue.front()].product_shift;
    Charge largest = 0;
    for (std::size_t i = 0; i < sum.size(); ++i) {
        const Charge own = divide_rounded(sum[i], shift);
        largest = std::max({largest, own, -own});
        // How much the input brings depends on the sample, so this bound cannot be checked when the network is
        // compiled, as that of spikes is. It is checked here, before the first tick, and never again.
        if (std::max(own, -own) + population.worst_current > population.current_limit()) {
            throw Error(
                "population \"" + population.name + "\": the analogue input brings a neuron " +
                std::to_string(from_charge(own, population.fraction_bits + population.carry_bits)) +
                " thresholds a tick, and spikes and bias can bring " +
                std::to_string(
                    from_charge(population.worst_current, population.fraction_bits + population.carry_bits)) +
                ", which fixed point with " + std::to_string(population.fraction_bits + population.carry_bits) +
                " fraction bits cannot hold together; check the preprocessing (mean, std, scale) or convert with fewer "
                "fraction bits");
        }
        current[i] += own;
    }
    return largest;
}

/// Bias and analogue input of one population for one sample.
void set_constant_current(const CompiledPopulation& population, const PopulationPlan& plan, const EnginePlan& engine,
                          std::span<const std::int32_t> input, PopulationState& state) {
    std::vector<Charge> current = plan.bias;
    Charge largest = population.worst_current;
    if (!plan.analogue.empty()) largest += add_analogue_current(population, plan, engine, input, current);
    if (!population.is_wide) {
        std::vector<std::int32_t> narrow(current.size());
        // Nothing is cut off: a narrow population's currents are within 32 bits by the bound that add_analogue_current
        // has checked, and its bias by the compiler's.
        std::ranges::transform(current, narrow.begin(), [](Charge c) { return static_cast<std::int32_t>(c); });
        state.base = BaseCurrent(std::move(narrow), plan.tick_bias);
        return;
    }
    state.tick_bound = static_cast<double>(largest);
    state.window_bound = std::abs(static_cast<double>(population.v_init));
    // The first half unit makes cutting off rounding.
    if (population.carry_bits > 0) state.carry.assign(current.size(), Charge{1} << (population.carry_bits - 1));
    state.wide_base = BaseCurrent(std::move(current), plan.tick_bias);
}

}  // namespace

Engine::Engine(const CompiledNetwork& network, EngineOptions options)
    : network_(network), options_(options), plan_(plan_engine(network, options.plan)) {
    SYNCOPATE_ASSERT(options.chunk >= 1);
}

WorkspaceKind Engine::workspace_kind() const {
    WorkspaceKind kind;
    for (std::size_t p = 0; p < network_.populations.size(); ++p) {
        const CompiledPopulation& population = network_.populations[p];
        kind.populations.push_back(
            {.neurons = to_size(population.shape.size()),
             .rows = population.shape.height,
             .has_potential = population.dynamics != nullptr,
             .has_amplitudes = (population.is_relay() || population.is_pooling()) && population.has_amplitudes,
             .pooled_sums = population.is_pooling() ? plan_.populations[p].pooling->first_sum.back() : 0,
             .band_rows = plan_.populations[p].band_rows});
    }
    return kind;
}

/// Made of nothing but the kind, so that whoever has the same kind can use it.
Workspace Engine::make_workspace(int band_workers) const {
    Workspace workspace;
    workspace.queue = EventQueue(network_.populations.size());
    workspace.scratch.resize(to_size(band_workers));
    for (const WorkspaceKind::OfPopulation& kind : workspace_kind().populations) {
        PopulationState state;
        if (kind.has_potential) state.potential.resize(kind.neurons);
        state.spike_counts.resize(kind.neurons);
        state.pooled_sums.resize(kind.pooled_sums);
        if (kind.pooled_sums > 0) state.pooled_largest.resize(kind.neurons);
        state.open = OpenWindow(kind.rows, kind.has_amplitudes);
        state.open.split(kind.band_rows);
        workspace.populations.push_back(std::move(state));
    }
    return workspace;
}

std::vector<std::string_view> Engine::deliveries() const {
    std::vector<std::string_view> kinds;
    for (const ProjectionPlan& projection : plan_.projections) {
        if (projection.delivery != nullptr) kinds.push_back(projection.kind);
    }
    return kinds;
}

std::vector<bool> Engine::live_populations(std::span<const ReplayedSpikes> replayed) const {
    std::vector<bool> is_given(network_.populations.size(), false);
    for (const ReplayedSpikes& given : replayed) is_given[given.population] = true;
    std::vector<ProjectionEnds> projections;
    for (const CompiledProjection& projection : network_.projections)
        projections.push_back({projection.source, projection.target});
    return syncopate::live_populations(projections, is_given);
}

void Engine::begin(const RunContext& run) const {
    SYNCOPATE_ASSERT(run.sample.duration >= 1);
    const CompiledPopulation& input = network_.populations[network_.input];
    SYNCOPATE_ASSERT(static_cast<std::int64_t>(run.sample.input.size()) == input.shape.size());
    run.workspace.queue.clear();
    const std::vector<bool> is_live = live_populations(run.sample.replayed);
    for (std::size_t p = 0; p < network_.populations.size(); ++p) {
        PopulationState& state = run.workspace.populations[p];
        state.is_live = is_live[p];
        state.now = state.is_live ? 0 : run.sample.duration;
        std::ranges::fill(state.spike_counts, 0);
        if (!state.is_live) continue;
        SYNCOPATE_ASSERT(!network_.populations[p].tick_bias ||
                         network_.populations[p].tick_bias->T >= run.sample.duration);
        std::ranges::fill(state.potential, network_.populations[p].v_init);
        std::ranges::fill(state.pooled_sums, 0);
        std::ranges::fill(state.pooled_largest, 0);
        set_constant_current(network_.populations[p], plan_.populations[p], plan_, run.sample.input, state);
    }
    for (const ReplayedSpikes& given : run.sample.replayed) replay(run, given);
    choose_counted(run);
}

/// Nobody wants more than counts if the plan says so, nobody watches, and pooling neurons behind take counts: they do
/// if nobody wants more of theirs.
void Engine::choose_counted(const RunContext& run) const {
    std::vector<PopulationState>& states = run.workspace.populations;
    for (std::size_t p = 0; p < states.size(); ++p) {
        states[p].is_counted =
            plan_.populations[p].is_counted && run.sample.probes.empty() && !run.observer.wants_spikes(p);
    }
    // Backwards, for pools behind pools. A pooling layer lies on no cycle, so it stands behind its sources.
    for (auto p = network_.order.rbegin(); p != network_.order.rend(); ++p) {
        if (!network_.populations[*p].is_pooling() || states[*p].is_counted) continue;
        for (const std::size_t incoming : plan_.populations[*p].incoming)
            states[plan_.projections[incoming].source].is_counted = false;
    }
}

void Engine::replay(const RunContext& run, const ReplayedSpikes& given) const {
    PopulationState& state = run.workspace.populations[given.population];
    SYNCOPATE_ASSERT(!state.is_live && network_.populations[given.population].spikes());
    run.workspace.queue.borrow(given.population, given.windows, run.sample.duration);
    const std::size_t row_size = plan_.populations[given.population].row_size;
    for (const Window& window : given.windows) {
        for (Tick tick = window.ticks().begin; tick < std::min(window.ticks().end, run.sample.duration); ++tick) {
            for (std::int32_t y = 0; y < network_.populations[given.population].shape.height; ++y) {
                std::int32_t* const counts = state.spike_counts.data() + to_size(y) * row_size;
                for (const std::uint32_t position : window.row(tick, y).positions) ++counts[position];
            }
        }
    }
}

Tick Engine::horizon_of(const Workspace& workspace, std::size_t population) const {
    Tick horizon = std::numeric_limits<Tick>::max();
    for (const std::size_t p : plan_.populations[population].incoming) {
        const ProjectionPlan& projection = plan_.projections[p];
        horizon = std::min(horizon, workspace.queue.horizon(projection.source) + projection.delay);
    }
    return horizon;
}

bool Engine::reads_values(std::size_t population) const {
    return std::ranges::any_of(plan_.populations[population].incoming,
                               [&](std::size_t p) { return plan_.projections[p].carries_values; });
}

void Engine::forget_delivered(const RunContext& run) const {
    Workspace& workspace = run.workspace;
    // Where nobody reads, the largest tick stays, and everything may go.
    std::vector<Tick> needed(network_.populations.size(), std::numeric_limits<Tick>::max());
    for (std::size_t p = 0; p < plan_.populations.size(); ++p) {
        if (!workspace.populations[p].is_live) continue;
        for (const std::size_t incoming : plan_.populations[p].incoming) {
            const ProjectionPlan& projection = plan_.projections[incoming];
            // Who advances at once takes the sum of a linear source's values, not the values.
            if (projection.carries_values && run.advances_at_once(p)) continue;
            Tick& from = needed[projection.source];
            from = std::min(from, workspace.populations[p].now - projection.delay);
        }
    }
    for (std::size_t p = 0; p < needed.size(); ++p) workspace.queue.discard_before(p, needed[p]);
}

// Why a phase ends, and why nobody waits for ever.
//
// A population may advance to the smallest horizon of its sources, delays added: before that tick nothing can reach it
// any more. Three rules bound how far it does:
//
//   1. It stops at `limit`, one chunk beyond `done`, the tick that all have passed. So no source is further ahead of
//      any reader than a chunk and a delay, and the queue holds no more than that (forget_delivered drops the rest).
//   2. Who takes its window at once does not advance before its sources are at the end; it does not count as slow, or
//      it would hold `limit` back and its sources would never get there.
//   3. In the last chunk it does count, a tick short of the end, so that the loop comes round until it has run too:
//      it may stand before its source in the order of service where a delay makes that possible.
//
// Progress: take a population of the phase that is furthest behind among those that advance tick by tick, at tick t.
// Its sources of this phase are at t or beyond. If none of its projections without delay comes from one that is at t
// as well, its horizon is beyond t and it moves; else that source is asked instead, and since projections without delay
// form no cycle, this ends with one that moves. Sources of earlier phases are at the end already, and a delay only adds
// to a horizon. So every round moves somebody until all are at the end, which is what is asserted.
void Engine::run_phase(const RunContext& run, std::int32_t phase) const {
    const Tick duration = run.sample.duration;
    std::vector<PopulationState>& states = run.workspace.populations;
    for (Tick done = 0; done < duration;) {
        const Tick limit = done > duration - options_.chunk ? duration : done + options_.chunk;
        Tick slowest = duration;
        bool is_moved = false;
        for (const PopulationIndex p : network_.order) {
            if (network_.populations[p].phase != phase || states[p].now == duration) continue;
            const bool at_once = run.advances_at_once(p);
            const Tick horizon = std::min(horizon_of(run.workspace, p), at_once ? duration : limit);
            if (horizon > states[p].now && (!at_once || horizon == duration)) {
                advance_population(run, p, {states[p].now, horizon});
                is_moved = true;
                if (reads_values(p)) forget_delivered(run);  // values are as large as their population, at every tick
            }
            if (!at_once) slowest = std::min(slowest, states[p].now);
            if (at_once && limit == duration && states[p].now < duration) slowest = std::min(slowest, duration - 1);
        }
        forget_delivered(run);
        SYNCOPATE_ASSERT(is_moved || slowest == duration);
        done = slowest;
    }
}

void Engine::run(Workspace& workspace, const SampleRun& sample, Executor& bands, Observer& observer) const {
    SYNCOPATE_ASSERT(to_size(bands.concurrency()) <= workspace.scratch.size());
    const RunContext run{network_, plan_, workspace, sample, bands, observer};
    begin(run);
    std::int32_t last = 0;
    for (const CompiledPopulation& population : network_.populations) last = std::max(last, population.phase);
    for (std::int32_t phase = 0; phase <= last; ++phase) run_phase(run, phase);
}

std::vector<std::int32_t> Engine::spike_counts(const Workspace& workspace, std::size_t population) const {
    return Layout(network_.populations[population].shape)
        .flattened(std::span<const std::int32_t>(workspace.populations[population].spike_counts));
}

std::vector<Charge> Engine::potentials(const Workspace& workspace, std::size_t population) const {
    return Layout(network_.populations[population].shape)
        .flattened(std::span<const Charge>(workspace.populations[population].potential));
}

std::int64_t Engine::synaptic_operations(const Workspace& workspace, std::size_t population) const {
    const std::vector<std::int32_t>& counts = workspace.populations[population].spike_counts;
    const std::vector<std::int64_t>& fan_out = plan_.populations[population].fan_out;
    std::int64_t operations = 0;
    for (std::size_t i = 0; i < fan_out.size(); ++i) operations += counts[i] * fan_out[i];
    return operations;
}

std::int64_t Engine::synaptic_operations(const Workspace& workspace) const {
    std::int64_t operations = 0;
    for (std::size_t p = 0; p < network_.populations.size(); ++p) operations += synaptic_operations(workspace, p);
    return operations;
}

std::vector<std::int32_t> to_fixed_input(std::span<const double> input, std::int32_t input_exponent) {
    std::vector<std::int32_t> fixed(input.size());
    for (std::size_t i = 0; i < input.size(); ++i) {
        // Written so that NaN, for which every comparison is false, is refused as well.
        const double largest = std::ldexp(max_input, input_exponent);
        if (!(std::abs(input[i]) <= largest)) {
            throw Error("input value " + std::to_string(input[i]) + " at position " + std::to_string(i) +
                        " is outside ±" + std::to_string(static_cast<std::int64_t>(largest)) +
                        "; check the preprocessing (scale, mean, std), or convert the network again with calibration "
                        "data that have such values");
        }
        fixed[i] = static_cast<std::int32_t>(to_charge(input[i], input_fraction_bits - input_exponent));
    }
    return fixed;
}

}  // namespace syncopate
