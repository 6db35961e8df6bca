#include "core/engine/band.hpp"

#include "core/engine/band_kernel.hpp"
#include "core/engine/workspace.hpp"
#include "core/index.hpp"
#include "core/layout.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace syncopate {

void Inlet::route(TickRange ticks) {
    if (projection_->routing.empty()) return;
    const TickRange source_ticks{std::max(0, ticks.begin - projection_->delay),
                                 std::max(0, ticks.end - projection_->delay)};
    is_routed_ = true;
    if (projection_->carries_values) return route_values(source_ticks);
    const auto source = projection_->source;
    routed_ = projection_->routing.front().route(
        source_ticks, [&](Tick tick) -> const Window& { return queue_->window_at(source, tick); });
    for (std::size_t r = 1; r < projection_->routing.size(); ++r) {
        const Window before = std::move(routed_);
        routed_ = projection_->routing[r].route(source_ticks, [&](Tick) -> const Window& { return before; });
    }
}

void Inlet::route_values(TickRange source_ticks) {
    const auto source = projection_->source;
    routed_values_.open(source_ticks, to_size(projection_->input.size()));
    for (Tick tick = source_ticks.begin; tick < source_ticks.end; ++tick) {
        const std::span<const Charge> sent = queue_->values_at(source, tick).at(tick);
        std::vector<Charge> values(sent.begin(), sent.end());
        for (const RoutingPlan& routing : projection_->routing) values = routing.route_values(values);
        std::ranges::copy(values, routed_values_.at(tick).begin());
    }
}

const Window& Inlet::window_at(Tick source_tick) const {
    if (is_routed_) return routed_;
    return queue_->window_at(projection_->source, source_tick);
}

const ValueWindow& Inlet::values_at(Tick source_tick) const {
    if (is_routed_) return routed_values_;
    return queue_->values_at(projection_->source, source_tick);
}

namespace {

/// One band while it advances: what narrow and wide populations have in common. `Current`: the type that a tick's
/// events are summed in. `Delivery` has what depends on it: sums, base and deliver.
template <class Current, class Delivery>
class BandRun {
public:
    BandRun(const BandContext& context, std::size_t band, BandScratch& scratch)
        : context_(context), band_(context.plan.bands[band]), band_index_(band), scratch_(scratch) {
        scratch.fired.resize((context.plan.row_size + 63) / 64);
    }

    void run() {
        const Tick end = context_.ticks.end;
        for (Tick tick = context_.ticks.begin; tick < end; ++tick) {
            // Sums start at what arrives anyway, bias and analogue input, instead of at zero: that costs the same write
            // and spares an addition for every neuron and tick.
            for (std::size_t r = 0; r < row_count(); ++r)
                own().base().prime(tick, neuron_of_row(r), {own().sums().row(r), context_.plan.row_size});
            for (std::size_t i = 0; i < context_.inlets.size(); ++i) {
                const Tick source_tick = tick - context_.inlets[i].projection().delay;
                // Before the window nothing was sent, so a delay leaves the first ticks without events; the source's
                // window has no such ticks to ask for.
                if (source_tick >= 0) own().deliver(i, source_tick);
            }
            if (context_.probe != nullptr) trace_before();
            for (std::int32_t y = band_.first_row; y < band_.last_row; ++y) advance_row(y, tick);
            if (context_.probe != nullptr) trace_after();
            if (context_.read_out != nullptr && tick >= context_.read_out_from) tell_read_out(tick);
        }
    }

protected:
    std::size_t row_count() const { return to_size(band_.last_row - band_.first_row); }
    std::size_t neuron_of_row(std::size_t row_in_band) const {
        return (to_size(band_.first_row) + row_in_band) * context_.plan.row_size;
    }
    const BandContext& context_;
    const Band& band_;
    std::size_t band_index_;
    BandScratch& scratch_;

private:
    Delivery& own() { return static_cast<Delivery&>(*this); }

    void advance_row(std::int32_t y, Tick tick) {
        const auto r = to_size(y - band_.first_row);
        const std::size_t first = neuron_of_row(r);
        if (context_.population.is_linear()) hand_on(own().sums().row(r), first, tick);
        context_.population.dynamics->advance(
            std::span(context_.state.potential).subspan(first, context_.plan.row_size),
            std::span<const Current>{own().sums().row(r), context_.plan.row_size}, scratch_.fired);
        // A linear population and a read-out end here: they have no spikes to be counted or sent.
        if (!context_.population.dynamics->fires()) return;
        std::int32_t* const counts = context_.state.spike_counts.data() + first;
        if (context_.open == nullptr) {
            for_each_fired([&](std::size_t position) { ++counts[position]; });
            return;
        }
        OpenWindow::Segment& segment = context_.open->segment(band_index_);
        // Room for a whole row is claimed beforehand, so that the loop over spikes needs no test of capacity; what is
        // left over is given back by close_row.
        std::uint32_t* const positions = segment.positions_for(context_.plan.row_size);
        std::size_t count = 0;
        for_each_fired([&](std::size_t position) {
            positions[count++] = static_cast<std::uint32_t>(position);
            ++counts[position];
        });
        segment.close_row(count);
        context_.open->set_count(tick, y, count);
    }

    /// What a linear population hands on at a tick: its sum; or, where that has bits to be carried, what its running
    /// sum has grown by when rounded. So what it hands on over a window depends on nothing but what it sums over the
    /// window.
    void hand_on(Current* current, std::size_t first, Tick tick) const {
        const std::span<Charge> values = context_.state.values.at(tick).subspan(first, context_.plan.row_size);
        const std::int32_t bits = context_.population.carry_bits;
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = current[i];
            if (bits == 0) continue;
            Charge& carry = context_.state.carry[first + i];
            carry += current[i];
            values[i] = carry >> bits;
            // The carry keeps what was cut off, between 0 and one unit, so over a window nothing is lost and nothing is
            // rounded twice: the values add up to the rounded sum, whatever ticks it came at.
            carry -= values[i] * (Charge{1} << bits);
            current[i] = static_cast<Current>(values[i]);
        }
    }

    template <class F>
    void for_each_fired(const F& f) const {
        for (std::size_t word = 0; word < scratch_.fired.size(); ++word) {
            // Clearing the lowest bit leads from spike to spike; ticks at which few of 64 neurons fire cost little more
            // than reading the word.
            for (std::uint64_t bits = scratch_.fired[word]; bits != 0; bits &= bits - 1)
                f(word * 64 + to_size(std::countr_zero(bits)));
        }
    }

    /// Calls f(trace, position of its neuron in the population's arrays) for the traced neurons of this band.
    template <class F>
    void for_each_trace(const F& f) {
        const std::size_t last = to_size(band_.last_row) * context_.plan.row_size;
        for (NeuronTrace& trace : context_.probe->traces) {
            const std::size_t i = Layout(context_.population.shape).place_of(to_size(trace.neuron));
            if (i >= neuron_of_row(0) && i < last) f(trace, i);
        }
    }

    void trace_before() {
        const std::int32_t bits = context_.population.fraction_bits;
        for_each_trace([&](NeuronTrace& trace, std::size_t i) {
            const std::size_t in_band = i - neuron_of_row(0);
            const Charge current = own().sums().row(in_band / context_.plan.row_size)[in_band % context_.plan.row_size];
            trace.current.push_back(from_charge(current, bits));
            trace.potential_at_test.push_back(from_charge(context_.state.potential[i] + current, bits));
            // The count before, to be taken from the count after: kernels say only which neurons fired, and asking the
            // counts needs no second way of reporting a spike.
            trace.spikes.push_back(-context_.state.spike_counts[i]);
        });
    }

    void trace_after() {
        for_each_trace([&](NeuronTrace& trace, std::size_t i) {
            trace.potential.push_back(from_charge(context_.state.potential[i], context_.population.fraction_bits));
            trace.spikes.back() += context_.state.spike_counts[i];
        });
    }

    void tell_read_out(Tick tick) {
        const std::vector<Charge> potential =
            Layout(context_.population.shape).flattened(std::span<const Charge>(context_.state.potential));
        context_.read_out->read_out(context_.index, tick, potential);
    }
};

/// Sums of 32 bits, delivered event by event.
class NarrowRun final : public BandRun<std::int32_t, NarrowRun> {
public:
    NarrowRun(const BandContext& context, std::size_t band, BandScratch& scratch)
        : BandRun(context, band, scratch), sums_(sums_in(context, band_, scratch)) {
        scratch.rows.resize(context.inlets.size());
        for (std::size_t i = 0; i < context.inlets.size(); ++i) place_rows(band_.reach[i], sums_, scratch.rows[i]);
        windows_.resize(context.inlets.size(), nullptr);
    }

    const BandSums<std::int32_t>& sums() const { return sums_; }
    const BaseCurrent<std::int32_t>& base() const { return context_.state.base; }

    void deliver(std::size_t i, Tick source_tick) {
        const Inlet& inlet = context_.inlets[i];
        // A window holds many ticks, and they are asked for in order, so the search in the queue is made once a window
        // and not once a tick.
        if (windows_[i] == nullptr || !windows_[i]->ticks().contains(source_tick))
            windows_[i] = &inlet.window_at(source_tick);
        for (const BandSource& source : band_.reach[i].sources) {
            const Window::Row events = windows_[i]->row(source_tick, source.y);
            if (events.positions.empty()) continue;
            inlet.projection().delivery->add_events(events, {source, scratch_.rows[i], sums_});
        }
    }

private:
    /// Sums that were never primed stay as they are: nobody reads them.
    static BandSums<std::int32_t> sums_in(const BandContext& context, const Band& band, BandScratch& scratch) {
        const auto rows = to_size(band.last_row - band.first_row);
        const std::size_t needed = rows * context.plan.row_stride + sums_per_block;
        // Scratch memory is of a worker and serves populations of all sizes; it only grows, so that after the first
        // sample nothing is allocated any more.
        if (scratch.current_size < needed) {
            scratch.current = hwy::AllocateAligned<std::int32_t>(needed);
            scratch.current_size = needed;
            std::fill_n(scratch.current.get(), needed, 0);
        }
        return {scratch.current.get() + context.plan.margin_left, context.plan.row_stride, context.plan.row_size,
                band.first_row, band.last_row};
    }

    BandSums<std::int32_t> sums_;
    std::vector<const Window*> windows_;  // the window last read, of every incoming projection
};

/// Sums of 64 bits, delivered row by row as values: what a linear source sums, or the amplitudes of spikes.
class WideRun final : public BandRun<Charge, WideRun> {
public:
    WideRun(const BandContext& context, std::size_t band, BandScratch& scratch)
        : BandRun(context, band, scratch), sums_(band_sums(context, band_, scratch)) {
        scratch.wide_rows.resize(context.inlets.size());
        for (std::size_t i = 0; i < context.inlets.size(); ++i) place_rows(band_.reach[i], sums_, scratch.wide_rows[i]);
    }

    const BandSums<Charge>& sums() const { return sums_; }
    const BaseCurrent<Charge>& base() const { return context_.state.wide_base; }

    void deliver(std::size_t i, Tick source_tick) {
        for (const BandSource& source : band_.reach[i].sources) {
            // A row without spikes is left out, as a narrow population does it. Rows of values are always delivered: a
            // sum is rarely 0 everywhere.
            if (!take_values(i, source_tick, source.y)) continue;
            context_.inlets[i].projection().delivery->add_values(scratch_.values,
                                                                 {source, scratch_.wide_rows[i], sums_});
        }
    }

private:
    /// One source row as values in units of 2^-shift of the target's weights; false if there is nothing.
    bool take_values(std::size_t i, Tick source_tick, std::int32_t y) {
        const Inlet& inlet = context_.inlets[i];
        const std::size_t row = Layout(inlet.projection().input).row_size();
        // Multiplied here, and not the weights when compiled: weights have 32 bits, which they would leave; values have
        // 64.
        const Charge unit = Charge{1} << inlet.projection().shift;
        if (inlet.projection().carries_values) {
            const auto values = inlet.values_at(source_tick).at(source_tick).subspan(to_size(y) * row, row);
            scratch_.values.resize(row);
            std::ranges::transform(values, scratch_.values.begin(), [unit](Charge v) { return v * unit; });
            return true;
        }
        const Window::Row events = inlet.window_at(source_tick).row(source_tick, y);
        if (events.positions.empty()) return false;
        scratch_.values.assign(row, 0);
        for (std::size_t e = 0; e < events.positions.size(); ++e)
            scratch_.values[events.positions[e]] = (events.amplitudes.empty() ? 1 : events.amplitudes[e]) * unit;
        return true;
    }

    BandSums<Charge> sums_;
};

class NarrowKernel final : public BandKernel {
public:
    std::string_view name() const override { return "narrow"; }
    void advance(const BandContext& context, std::size_t band, BandScratch& scratch) const override {
        NarrowRun(context, band, scratch).run();
    }
};

class WideKernel final : public BandKernel {
public:
    std::string_view name() const override { return "wide"; }
    void advance(const BandContext& context, std::size_t band, BandScratch& scratch) const override {
        WideRun(context, band, scratch).run();
    }
};

}  // namespace

BandSums<Charge> band_sums(const BandContext& context, const Band& band, BandScratch& scratch) {
    const auto rows = to_size(band.last_row - band.first_row);
    scratch.sums.assign(rows * context.plan.row_stride + sums_per_block, 0);
    return {scratch.sums.data() + context.plan.margin_left, context.plan.row_stride, context.plan.row_size,
            band.first_row, band.last_row};
}

const BandKernel& narrow_kernel() {
    static const NarrowKernel kernel;
    return kernel;
}

const BandKernel& wide_kernel() {
    static const WideKernel kernel;
    return kernel;
}

const BandKernel& choose_kernel(const CompiledPopulation& population) {
    if (population.is_pooling()) return pooling_kernel();
    return population.is_wide ? wide_kernel() : narrow_kernel();
}

}  // namespace syncopate
