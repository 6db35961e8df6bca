#include "core/delivery/coalesced.hpp"

#include "core/engine/workspace.hpp"

#include <algorithm>
#include <utility>

namespace syncopate {

namespace {

void sum_spikes(const ProjectionPlan& projection, const EventQueue& queue, Tick end, std::vector<Charge>& sums) {
    const Shape& shape = projection.source_shape;
    const std::size_t row_size = static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(shape.channels);
    sums.assign(static_cast<std::size_t>(shape.size()), 0);
    for (Tick tick = 0; tick < end; ++tick) {
        const Window& window = queue.window_at(static_cast<std::size_t>(projection.source), tick);
        for (std::int32_t y = 0; y < shape.height; ++y) {
            const Window::Row row = window.row(tick, y);
            Charge* const own = sums.data() + static_cast<std::size_t>(y) * row_size;
            for (std::size_t e = 0; e < row.positions.size(); ++e) {
                own[row.positions[e]] += row.amplitudes.empty() ? 1 : row.amplitudes[e];
            }
        }
    }
}

/// Scattered delivery of sums into rows of 64-bit currents with margins, as band.cpp lays out those of a tick.
class BandSum {
public:
    BandSum(const BandContext& context, std::size_t band, BandScratch& scratch)
        : context_(context), band_(context.plan.bands[band]), scratch_(scratch) {
        const auto rows = static_cast<std::size_t>(band_.last_row - band_.first_row);
        scratch_.sums.assign(rows * context.plan.row_stride + ScatterPlan::block, 0);
    }

    void add(std::size_t i, std::span<const Charge> values) {
        const ProjectionPlan& projection = context_.inlets[i].projection();
        if (std::holds_alternative<SparsePlan>(projection.synapses)) return add_sparse(projection, values);
        const auto& scatter = std::get<ScatterPlan>(projection.synapses);
        const std::size_t row_values = values.size() / static_cast<std::size_t>(projection.input.height);
        std::vector<ProductRow>& rows = scratch_.product_rows;
        for (const BandSource& source : band_.reach[i].sources) {
            rows.clear();
            for (std::uint32_t t = source.begin; t < source.end; ++t) {
                const TargetRow& to = band_.reach[i].target_rows[t];
                rows.push_back({row(static_cast<std::size_t>(to.y)), to.weight_shift});
            }
            scatter_values(scatter, source.y,
                           values.subspan(static_cast<std::size_t>(source.y) * row_values, row_values), rows);
        }
    }

    /// Adds the sums, and the bias and analogue input of all ticks, to the potentials.
    void finish() {
        const std::size_t row_size = context_.plan.row_size;
        for (std::int32_t y = band_.first_row; y < band_.last_row; ++y) {
            const std::size_t first = static_cast<std::size_t>(y) * row_size;
            const Charge* const sums = row(static_cast<std::size_t>(y - band_.first_row));
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

    Charge* row(std::size_t row_in_band) {
        return scratch_.sums.data() + row_in_band * context_.plan.row_stride + context_.plan.margin_left;
    }

    void add_sparse(const ProjectionPlan& projection, std::span<const Charge> values) {
        const auto& sparse = std::get<SparsePlan>(projection.synapses);
        const std::size_t row_size = context_.plan.row_size;
        const std::size_t first = static_cast<std::size_t>(band_.first_row) * row_size;
        const std::size_t last = static_cast<std::size_t>(band_.last_row) * row_size;
        for (std::size_t source = 0; source < values.size(); ++source) {
            if (values[source] == 0) continue;
            for (std::size_t s = sparse.begin[source]; s < sparse.begin[source + 1]; ++s) {
                const SparsePlan::Synapse& synapse = sparse.synapses[s];
                if (synapse.target < first || synapse.target >= last) continue;
                const std::size_t target = synapse.target - first;
                row(target / row_size)[target % row_size] += values[source] * synapse.weight;
            }
        }
    }

    const BandContext& context_;
    const Band& band_;
    BandScratch& scratch_;
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

void advance_band_at_once(const BandContext& context, std::span<const std::vector<Charge>> sums, std::size_t band,
                          BandScratch& scratch) {
    BandSum sum(context, band, scratch);
    for (std::size_t i = 0; i < sums.size(); ++i) sum.add(i, sums[i]);
    sum.finish();
}

}  // namespace syncopate
