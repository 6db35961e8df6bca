#include "core/engine/pooling.hpp"

#include "core/engine/band.hpp"
#include "core/engine/band_kernel.hpp"
#include "core/engine/workspace.hpp"
#include "core/index.hpp"
#include "core/layout.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace syncopate {

namespace {

// Why only what spikes is looked at.
//
// Amplitudes are not negative (validation), so sums never fall, and the largest of a window is the largest so far, or
// that of an input that spikes now. A window without a spike sends nothing by either rule. So a tick costs a few steps
// for every spike and window that sees it: the sums first, all of them, then the largest, then who holds it.

/// One band of pooling neurons while it advances.
class PoolingRun {
public:
    PoolingRun(const BandContext& context, std::size_t band, BandScratch& scratch)
        : context_(context),
          plan_(*context.plan.pooling),
          band_(context.plan.bands[band]),
          band_index_(band),
          row_size_(context.plan.row_size),
          words_((row_size_ + 63) / 64),
          fired_(scratch.fired),
          pooled_(scratch.pooled),
          events_(scratch.pooled_events),
          sums_(std::span(context.state.pooled_sums)
                    .subspan(plan_.first_sum[band], plan_.first_sum[band + 1] - plan_.first_sum[band])),
          largest_(std::span(context.state.pooled_largest).subspan(to_size(band_.first_row) * row_size_)) {
        const auto rows = to_size(band_.last_row - band_.first_row);
        fired_.assign(rows * words_, 0);
        pooled_.resize(rows * row_size_);
    }

    void run() {
        for (Tick tick = context_.ticks.begin; tick < context_.ticks.end; ++tick) {
            take_events(tick);
            find_largest();
            find_winners();
            for (std::int32_t y = band_.first_row; y < band_.last_row; ++y) send_row(y, tick);
            if (context_.probe != nullptr) trace();
        }
    }

private:
    /// The tick's spikes into the sums.
    void take_events(Tick tick) {
        const std::size_t input_row = Layout(plan_.input).row_size();
        const std::int32_t first = plan_.first_input_row[band_index_];
        events_.clear();
        for (const Inlet& inlet : context_.inlets) {
            const Tick source_tick = tick - inlet.projection().delay;
            if (source_tick < 0) continue;
            const Window& window = inlet.window_at(source_tick);
            for (std::int32_t y = first; y < plan_.last_input_row[band_index_]; ++y) {
                const Window::Row row = window.row(source_tick, y);
                for (std::size_t e = 0; e < row.positions.size(); ++e) {
                    const std::int32_t amplitude = row.amplitudes.empty() ? 1 : row.amplitudes[e];
                    Charge& sum = sums_[to_size(y - first) * input_row + row.positions[e]];
                    sum += amplitude;
                    events_.push_back({y, row.positions[e], amplitude, sum});
                }
            }
        }
    }

    /// Calls f(neuron, counted from the band's first) for every neuron of the band whose window sees the event.
    template <class F>
    void for_each_window(const PooledEvent& event, const F& f) const {
        const auto channels = static_cast<std::uint32_t>(plan_.input.channels);
        const std::uint32_t channel = event.position % channels;
        for (const std::int32_t row : plan_.rows.seen_by(event.y)) {
            if (row < band_.first_row || row >= band_.last_row) continue;
            const std::size_t first = to_size(row - band_.first_row) * row_size_ + channel;
            for (const std::int32_t column :
                 plan_.columns.seen_by(static_cast<std::int32_t>(event.position / channels)))
                f(first + to_size(column) * channels);
        }
    }

    void find_largest() {
        for (const PooledEvent& event : events_) {
            for_each_window(event, [&](std::size_t out) {
                const std::size_t word = out / row_size_ * words_ + out % row_size_ / 64;
                const std::uint64_t bit = std::uint64_t{1} << (out % row_size_ % 64);
                if ((fired_[word] & bit) == 0) {
                    fired_[word] |= bit;
                    pooled_[out] = {.tick = {largest_[out], 0, 0}, .winner = no_winner};
                }
                largest_[out] = std::max(largest_[out], event.sum);
            });
        }
    }

    /// Who spikes now and holds the largest sum; of several the first, row by row.
    void find_winners() {
        for (const PooledEvent& event : events_) {
            const std::uint64_t place = std::uint64_t{static_cast<std::uint32_t>(event.y)} << 32 | event.position;
            for_each_window(event, [&](std::size_t out) {
                if (event.sum != largest_[out] || place >= pooled_[out].winner) return;
                pooled_[out].winner = place;
                pooled_[out].tick.winner = event.amplitude;
            });
        }
    }

    void send_row(std::int32_t y, Tick tick) {
        const std::size_t first = to_size(y - band_.first_row) * row_size_;
        std::int32_t* const counts = context_.state.spike_counts.data() + to_size(y) * row_size_;
        OpenWindow::Segment* const segment = context_.open == nullptr ? nullptr : &context_.open->segment(band_index_);
        std::uint32_t* const positions = segment == nullptr ? nullptr : segment->positions_for(row_size_);
        std::int32_t* const amplitudes =
            segment == nullptr || !context_.open->has_amplitudes() ? nullptr : segment->amplitudes_for(row_size_);
        std::size_t count = 0;
        for_each_fired(y, [&](std::size_t position) {
            PooledTick& pooled = pooled_[first + position].tick;
            pooled.now = largest_[first + position];
            const std::int32_t amplitude = context_.population.pooling->output(pooled);
            if (amplitude == 0) return;
            ++counts[position];
            if (amplitudes != nullptr) amplitudes[count] = amplitude;
            if (positions != nullptr) positions[count++] = static_cast<std::uint32_t>(position);
        });
        if (segment == nullptr) return;
        segment->close_row(count);
        context_.open->set_count(tick, y, count);
    }

    /// In ascending order; forgets them.
    template <class F>
    void for_each_fired(std::int32_t y, const F& f) {
        const std::size_t first = to_size(y - band_.first_row) * words_;
        for (std::size_t word = 0; word < words_; ++word) {
            for (std::uint64_t bits = std::exchange(fired_[first + word], 0); bits != 0; bits &= bits - 1)
                f(word * 64 + to_size(std::countr_zero(bits)));
        }
    }

    void trace() {
        const Layout layout(context_.population.shape);
        for (NeuronTrace& trace : context_.probe->traces) {
            const std::size_t place = layout.place_of(to_size(trace.neuron));
            const auto y = static_cast<std::int32_t>(place / row_size_);
            if (y < band_.first_row || y >= band_.last_row) continue;
            trace_neuron(trace, y, static_cast<std::uint32_t>(place % row_size_));
        }
    }

    void trace_neuron(NeuronTrace& trace, std::int32_t y, std::uint32_t position) const {
        const auto channels = static_cast<std::uint32_t>(plan_.input.channels);
        const std::uint32_t channel = position % channels;
        const std::int32_t first = plan_.first_input_row[band_index_];
        const std::size_t input_row = Layout(plan_.input).row_size();
        trace.inputs.clear();
        trace.sums.emplace_back();
        for (const std::int32_t row : plan_.rows.inputs_of(y)) {
            for (const std::int32_t column : plan_.columns.inputs_of(static_cast<std::int32_t>(position / channels))) {
                const std::size_t place = to_size(column) * channels + channel;
                trace.inputs.push_back(
                    (static_cast<std::int32_t>(channel) * plan_.input.height + row) * plan_.input.width + column);
                trace.sums.back().push_back(sums_[to_size(row - first) * input_row + place]);
            }
        }
        trace_outcome(trace);
    }

    /// What follows from the sums of this tick and of the one before.
    void trace_outcome(NeuronTrace& trace) const {
        const std::vector<Charge>& now = trace.sums.back();
        const std::vector<Charge> none(now.size(), 0);
        const std::vector<Charge>& before = trace.sums.size() > 1 ? trace.sums[trace.sums.size() - 2] : none;
        PooledTick pooled{.before = *std::ranges::max_element(before), .now = *std::ranges::max_element(now)};
        std::size_t winner = to_size(std::ranges::find(now, pooled.now) - now.begin());
        Charge arrives = 0;
        for (std::size_t i = now.size(); i-- > 0;) {
            arrives += now[i] - before[i];
            if (now[i] != pooled.now || now[i] == before[i]) continue;
            winner = i;
            pooled.winner = static_cast<std::int32_t>(now[i] - before[i]);
        }
        trace.winners.push_back(trace.inputs[winner]);
        trace.current.push_back(static_cast<double>(arrives));
        trace.potential_at_test.push_back(static_cast<double>(pooled.now));
        trace.potential.push_back(static_cast<double>(pooled.now));
        trace.spikes.push_back(arrives == 0 ? 0 : context_.population.pooling->output(pooled));
    }

    const BandContext& context_;
    const PoolingPlan& plan_;
    const Band& band_;
    std::size_t band_index_;
    std::size_t row_size_;
    std::size_t words_;  // of a row of `fired_`
    std::vector<std::uint64_t>& fired_;
    std::vector<PooledNeuron>& pooled_;
    std::vector<PooledEvent>& events_;
    std::span<Charge> sums_;
    std::span<Charge> largest_;
};

class PoolingKernel final : public BandKernel {
public:
    std::string_view name() const override { return "pooling"; }
    void advance(const BandContext& context, std::size_t band, BandScratch& scratch) const override {
        PoolingRun(context, band, scratch).run();
    }
};

}  // namespace

std::vector<std::int32_t> largest_sums(const PoolingPlan& plan, const Shape& output, std::span<const Charge> sums) {
    const Layout from(plan.input), to(output);
    const auto channels = to_size(output.channels);
    std::vector<std::int32_t> largest(to.size(), 0);
    for (std::int32_t y = 0; y < output.height; ++y) {
        for (std::int32_t x = 0; x < output.width; ++x) {
            std::int32_t* const own = largest.data() + to_size(y) * to.row_size() + to_size(x) * channels;
            for (const std::int32_t row : plan.rows.inputs_of(y)) {
                for (const std::int32_t column : plan.columns.inputs_of(x)) {
                    const Charge* const seen =
                        sums.data() + to_size(row) * from.row_size() + to_size(column) * channels;
                    for (std::size_t c = 0; c < channels; ++c)
                        own[c] = std::max(own[c], static_cast<std::int32_t>(seen[c]));
                }
            }
        }
    }
    return largest;
}

const BandKernel& pooling_kernel() {
    static const PoolingKernel kernel;
    return kernel;
}

}  // namespace syncopate
