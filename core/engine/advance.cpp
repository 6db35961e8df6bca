#include "core/engine/advance.hpp"

#include "core/engine/coalesced.hpp"
#include "core/engine/pooling.hpp"
#include "core/engine/window_band.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "core/layout.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>

namespace syncopate {

namespace {

/// One population while it advances.
class PopulationAdvance {
public:
    PopulationAdvance(const RunContext& run, std::size_t index, TickRange ticks)
        : run_(run),
          index_(index),
          population_(run.network.populations[index]),
          plan_(run.plan.populations[index]),
          state_(run.workspace.populations[index]),
          ticks_(ticks) {
        // Inlets are made anew for every advance, because what they route is only good for these ticks; they hold two
        // references and an empty window until then.
        for (const std::size_t p : plan_.incoming) inlets_.emplace_back(run.plan.projections[p], run.workspace.queue);
    }

    void emit_encoded() {
        Window window = population_.encoder->emit(run_.sample.input, ticks_, run_.sample.key);
        for (Tick tick = ticks_.begin; tick < ticks_.end; ++tick) {
            for (std::int32_t y = 0; y < population_.shape.height; ++y) {
                for (const std::uint32_t position : window.row(tick, y).positions) {
                    ++state_.spike_counts[to_size(y) * plan_.row_size + position];
                }
            }
        }
        push(std::move(window));
    }

    void rearrange() {
        // A relay has one source, which validation has made sure of. Counts say where its spikes go only if each of
        // them is worth one: with amplitudes the same count may stand for different sums.
        const auto source = inlets_.front().projection().source;
        if (run_.is_coalesced(index_) && !population_.has_amplitudes)
            source_counts_ = run_.workspace.populations[source].spike_counts;
        state_.open.open(ticks_);
        for_each_band(true, [&](const BandContext& context, std::size_t band, BandScratch& scratch) {
            relay_band(context, run_.sample.key, band, scratch);
        });
        push(state_.open.seal(run_.workspace.queue.take_storage()));
    }

    void integrate() {
        if (population_.is_wide) bound_ticks();
        for (Inlet& inlet : inlets_) inlet.route(ticks_);
        if (population_.is_linear()) return hand_on();
        const bool fires = population_.is_pooling() || population_.dynamics->fires();
        const bool sends = fires && !state_.is_counted;
        if (sends) state_.open.open(ticks_);
        for_each_band(sends, [](const BandContext& context, std::size_t band, BandScratch& scratch) {
            context.plan.kernel->advance(context, band, scratch);
        });
        if (sends) push(state_.open.seal(run_.workspace.queue.take_storage()));
        // Nobody will ask for these spikes, but readers wait for the horizon, so it has to move on all the same.
        if (fires && !sends) run_.workspace.queue.skip(index_, ticks_.end);
        if (ticks_.end == run_.sample.duration) end_window();
    }

    void integrate_at_once() {
        // First, because the sums below are already taken in 64 bits.
        if (population_.is_wide) bound_window();
        sum_inlets();
        for_each_band(false, [](const BandContext& context, std::size_t band, BandScratch& scratch) {
            whole_window_kernel().advance(context, band, scratch);
        });
        if (population_.is_read_out()) tell_read_out();
        if (population_.is_linear()) {
            for (Charge& sum : state_.potential) sum = divide_rounded(sum, population_.carry_bits);
            run_.workspace.queue.skip(index_, ticks_.end);
        }
        end_window();
    }

    /// Pooling commutes with counting: what is sent over the window is the largest count of an input.
    void pool_at_once() {
        sum_inlets();
        std::vector<Charge> sums(to_size(plan_.pooling->input.size()), 0);
        for (const std::vector<Charge>& brought : sums_)
            std::ranges::transform(brought, sums, sums.begin(), std::plus{});
        state_.spike_counts = largest_sums(*plan_.pooling, population_.shape, sums);
        run_.workspace.queue.skip(index_, ticks_.end);
    }

private:
    using BandWork = std::function<void(const BandContext&, std::size_t band, BandScratch&)>;

    /// What every inlet brings over the whole window.
    void sum_inlets() {
        std::vector<std::vector<Charge>>& sums = run_.workspace.sums;
        if (sums.size() < inlets_.size()) sums.resize(inlets_.size());
        for (std::size_t i = 0; i < inlets_.size(); ++i) {
            const ProjectionPlan& projection = inlets_[i].projection();
            const auto source = projection.source;
            const PopulationState& sent = run_.workspace.populations[source];
            // Counts are of the whole window of the source. With a delay, its last spikes fall outside the window of
            // the target, and which of the counted ones they are is known only from the spikes.
            const bool counts_say_all = projection.delay == 0 && !run_.network.populations[source].has_amplitudes;
            sum_window(projection, run_.workspace.queue,
                       {.counts = counts_say_all ? std::span<const std::int32_t>(sent.spike_counts)
                                                 : std::span<const std::int32_t>{},
                        .values = projection.carries_values ? std::span<const Charge>(sent.potential)
                                                            : std::span<const Charge>{}},
                       run_.sample.duration, sums[i]);
        }
        sums_ = std::span<const std::vector<Charge>>(sums).first(inlets_.size());
    }

    void for_each_band(bool sends, const BandWork& work) {
        const auto probe = std::ranges::find(run_.sample.probes, index_, &PopulationProbe::population);
        const BandContext context{.population = population_,
                                  .plan = plan_,
                                  .ticks = ticks_,
                                  .inlets = inlets_,
                                  .state = state_,
                                  .open = sends ? &state_.open : nullptr,
                                  .source_counts = source_counts_,
                                  .sums = sums_,
                                  .probe = probe == run_.sample.probes.end() ? nullptr : &*probe,
                                  .read_out = population_.is_read_out() ? &run_.observer : nullptr,
                                  .read_out_from = population_.phase > 0 ? run_.sample.duration - 1 : 0,
                                  .index = index_};
        run_.bands.for_each(static_cast<std::int64_t>(plan_.bands.size()), [&](int worker, std::int64_t band) {
            work(context, to_size(band), run_.workspace.scratch[to_size(worker)]);
        });
    }

    /// A linear population passes its sums on; the sum of them all stays in its potential.
    void hand_on() {
        state_.values.open(ticks_, state_.potential.size());
        for_each_band(false, [](const BandContext& context, std::size_t band, BandScratch& scratch) {
            context.plan.kernel->advance(context, band, scratch);
        });
        state_.values.close();
        run_.workspace.queue.push(index_, std::exchange(state_.values, {}));
    }

    /// Proves that 64 bits hold every sum of these ticks and of the window so far, from what is really handed on:
    /// bounds known beforehand would multiply along a chain of linear populations.
    void bound_ticks() {
        // What has arrived so far is in the potentials, less what was sent.
        // A bound that only adds up would refuse long windows whose charges cancel or are sent away as spikes. Looking
        // at the potentials is a pass over memory, so it waits until the bound has used up half of the room.
        if (state_.window_bound > 0.5 * static_cast<double>(max_window_charge))
            state_.window_bound = static_cast<double>(largest_magnitude(state_.potential));
        for (Tick tick = ticks_.begin; tick < ticks_.end; ++tick) {
            double bound = state_.tick_bound;
            for (const Inlet& inlet : inlets_) {
                if (inlet.projection().carries_values) {
                    const auto source = inlet.projection().source;
                    bound +=
                        bound_of(inlet.projection(), run_.workspace.queue.values_at(source, tick).largest_at(tick));
                }
            }
            add_bound(bound);
        }
    }

    void bound_window() {
        double bound = state_.tick_bound * run_.sample.duration;
        for (const Inlet& inlet : inlets_) {
            if (!inlet.projection().carries_values) continue;
            const auto source = inlet.projection().source;
            bound += bound_of(inlet.projection(), largest_magnitude(run_.workspace.populations[source].potential));
        }
        add_bound(bound);
    }

    static double bound_of(const ProjectionPlan& projection, Charge largest) {
        return std::ldexp(projection.largest_sum * static_cast<double>(largest), projection.shift);
    }

    void add_bound(double bound) {
        state_.window_bound += bound;
        if (state_.window_bound <= static_cast<double>(max_window_charge)) return;
        throw Error("population \"" + population_.name + "\": what arrives in " + std::to_string(run_.sample.duration) +
                    " ticks could sum beyond 64 bits with " +
                    std::to_string(population_.fraction_bits + population_.carry_bits) +
                    " fraction bits; choose a smaller T, or fewer --fraction-bits");
    }

    void push(Window window) {
        run_.observer.spikes(index_, window);
        run_.workspace.queue.push(index_, std::move(window));
    }

    /// The second phase of two-phase neurons, when they have accumulated their window.
    void end_window() {
        if (population_.second_phase == nullptr) return;
        ticks_ = {0, run_.sample.duration};
        // Potentials are about to be taken down by the second phase; a trace needs them as they were at its beginning.
        const bool sends = !state_.is_counted;
        const std::vector<Charge> before = run_.sample.probes.empty() ? std::vector<Charge>{} : state_.potential;
        if (sends) state_.open.open(ticks_);
        for_each_band(sends, [&](const BandContext& context, std::size_t band, BandScratch& scratch) {
            fire_band(context, run_.sample.key, band, scratch);
        });
        if (!sends) {
            run_.workspace.queue.skip(index_, ticks_.end);
            return;
        }
        Window window = state_.open.seal(run_.workspace.queue.take_storage());
        trace_second_phase(window, before);
        push(std::move(window));
    }

    /// Appends the ticks of the second phase to the traces of probed neurons.
    void trace_second_phase(const Window& window, const std::vector<Charge>& before) const {
        const auto probe = std::ranges::find(run_.sample.probes, index_, &PopulationProbe::population);
        if (probe == run_.sample.probes.end()) return;
        const Charge taken = population_.second_phase->taken();
        for (NeuronTrace& trace : probe->traces) {
            const std::size_t i = Layout(population_.shape).place_of(to_size(trace.neuron));
            Charge v = before[i];
            for (Tick tick = 0; tick < ticks_.end; ++tick) {
                const auto row = window.row(tick, static_cast<std::int32_t>(i / plan_.row_size));
                const auto position = static_cast<std::uint32_t>(i % plan_.row_size);
                const bool spikes = std::ranges::binary_search(row.positions, position);
                trace.current.push_back(0.0);
                trace.potential_at_test.push_back(from_charge(v, population_.fraction_bits));
                // The second phase decides all ticks of a neuron at once and keeps no potential of each. It takes the
                // same amount for every spike, so the course between is found by subtraction.
                v -= spikes ? taken : 0;
                trace.potential.push_back(from_charge(v, population_.fraction_bits));
                trace.spikes.push_back(spikes ? 1 : 0);
            }
        }
    }

    void tell_read_out() const {
        run_.observer.read_out(index_, run_.sample.duration - 1,
                               Layout(population_.shape).flattened(std::span<const Charge>(state_.potential)));
    }

    const RunContext& run_;
    std::size_t index_;
    const CompiledPopulation& population_;
    const PopulationPlan& plan_;
    PopulationState& state_;
    TickRange ticks_;
    std::vector<Inlet> inlets_;
    std::span<const std::int32_t> source_counts_;
    std::span<const std::vector<Charge>> sums_;
};

}  // namespace

void advance_population(const RunContext& run, std::size_t population, TickRange ticks) {
    const CompiledPopulation& compiled = run.network.populations[population];
    run.workspace.populations[population].now = ticks.end;
    if (compiled.role == PopulationRole::constant_current) return;
    PopulationAdvance advance(run, population, ticks);
    if (compiled.encoder != nullptr) {
        advance.emit_encoded();
    } else if (compiled.is_relay()) {
        advance.rearrange();
    } else if (run.is_coalesced(population)) {
        compiled.is_pooling() ? advance.pool_at_once() : advance.integrate_at_once();
    } else {
        advance.integrate();
    }
}

}  // namespace syncopate
