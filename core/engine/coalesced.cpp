#include "core/engine/coalesced.hpp"

#include "core/engine/band_kernel.hpp"
#include "core/engine/workspace.hpp"
#include "core/index.hpp"
#include "core/layout.hpp"

#include <algorithm>
#include <utility>

namespace syncopate {

namespace {

void sum_spikes(const ProjectionPlan& projection, const EventQueue& queue, Tick end, std::vector<Charge>& sums) {
    const Shape& shape = projection.source_shape;
    const std::size_t row_size = Layout(shape).row_size();
    sums.assign(to_size(shape.size()), 0);
    for (Tick tick = 0; tick < end; ++tick) {
        const Window& window = queue.window_at(projection.source, tick);
        for (std::int32_t y = 0; y < shape.height; ++y) {
            const Window::Row row = window.row(tick, y);
            Charge* const own = sums.data() + to_size(y) * row_size;
            for (std::size_t e = 0; e < row.positions.size(); ++e) {
                own[row.positions[e]] += row.amplitudes.empty() ? 1 : row.amplitudes[e];
            }
        }
    }
}

// Why one delivery does for a window.
//
// Who only sums has, after T ticks, v = v(0) + Σ_t (base(t) + Σ_s w·s(t)) = v(0) + Σ_t base(t) + Σ_s w·Σ_t s(t):
// sums of whole numbers may be regrouped without a bit changing. Σ_t s(t) are the counts of the sources, less what a
// delay carries beyond the window. Potentials have 64 bits and hold T sums of a tick, so the product of a count and a
// weight does not leave them. Neurons that test a threshold at every tick cannot be treated so, nor can one that is
// probed, because its trace shows every tick.

/// Delivery of sums into rows of 64-bit currents with margins, as band.cpp lays out those of a tick.
class BandSum {
public:
    BandSum(const BandContext& context, std::size_t band, BandScratch& scratch)
        : context_(context),
          band_(context.plan.bands[band]),
          scratch_(scratch),
          sums_(band_sums(context, band_, scratch)) {}

    void add(std::size_t i, std::span<const Charge> values) {
        const ProjectionPlan& projection = context_.inlets[i].projection();
        const std::size_t row_values = Layout(projection.input).row_size();
        place_rows(band_.reach[i], sums_, scratch_.whole_rows);
        for (const BandSource& source : band_.reach[i].sources) {
            projection.delivery->add_values(values.subspan(to_size(source.y) * row_values, row_values),
                                            {source, scratch_.whole_rows, sums_});
        }
    }

    /// Adds the sums, and the bias and analogue input of all ticks, to the potentials.
    void finish() {
        const std::size_t row_size = context_.plan.row_size;
        for (std::int32_t y = band_.first_row; y < band_.last_row; ++y) {
            const std::size_t first = to_size(y) * row_size;
            const Charge* const sums = sums_.row(to_size(y - band_.first_row));
            for (std::size_t i = 0; i < row_size; ++i)
                context_.state.potential[first + i] += sums[i] + base_of(first + i);
        }
    }

private:
    /// What a neuron receives over all ticks without its sources.
    Charge base_of(std::size_t neuron) const {
        return context_.population.is_wide ? context_.state.wide_base.sum_over(context_.ticks, neuron)
                                           : context_.state.base.sum_over(context_.ticks, neuron);
    }

    const BandContext& context_;
    const Band& band_;
    BandScratch& scratch_;
    BandSums<Charge> sums_;
};

class WholeWindowKernel final : public BandKernel {
public:
    std::string_view name() const override { return "whole window"; }
    void advance(const BandContext& context, std::size_t band, BandScratch& scratch) const override {
        BandSum sum(context, band, scratch);
        for (std::size_t i = 0; i < context.sums.size(); ++i) sum.add(i, context.sums[i]);
        sum.finish();
    }
};

}  // namespace

void sum_window(const ProjectionPlan& projection, const EventQueue& queue, const SentSums& sent, Tick duration,
                std::vector<Charge>& sums) {
    if (!sent.values.empty()) {
        sums.assign(sent.values.begin(), sent.values.end());
    } else if (!sent.counts.empty()) {
        sums.assign(sent.counts.begin(), sent.counts.end());
    } else {
        sum_spikes(projection, queue, std::max(0, duration - projection.delay), sums);
    }
    for (const RoutingPlan& routing : projection.routing) sums = routing.route_values(sums);
    if (projection.shift == 0) return;
    for (Charge& sum : sums) sum *= Charge{1} << projection.shift;
}

const BandKernel& whole_window_kernel() {
    static const WholeWindowKernel kernel;
    return kernel;
}

}  // namespace syncopate
