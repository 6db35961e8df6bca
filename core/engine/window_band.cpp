#include "core/engine/window_band.hpp"

#include "core/engine/workspace.hpp"
#include "core/index.hpp"

#include <algorithm>

namespace syncopate {

namespace {

RowSite row_site(const BandContext& context, DrawKey key, std::int32_t y) {
    return {.key = key,
            .population = context.population.id,
            .shape = context.population.shape,
            .y = y,
            .duration = context.ticks.end};
}

void emit_band(const BandContext& context, std::size_t band, BandScratch& scratch) {
    const Band& own = context.plan.bands[band];
    const auto rows = std::span<const RowTrains>(scratch.trains).first(to_size(own.last_row - own.first_row));
    emit_rows(rows, own.first_row, context.ticks.end, band, *context.open);
}

/// Sends the ticks of the source's window in another order.
void send_in_order(const BandContext& context, std::span<const Tick> order, std::size_t band) {
    const Band& own = context.plan.bands[band];
    const std::size_t row_size = context.plan.row_size;
    OpenWindow::Segment& segment = context.open->segment(band);
    for (Tick tick = 0; tick < context.ticks.end; ++tick) {
        const Window& window = context.inlets.front().window_at(order[to_size(tick)]);
        for (std::int32_t y = own.first_row; y < own.last_row; ++y) {
            const Window::Row row = window.row(order[to_size(tick)], y);
            std::ranges::copy(row.positions, segment.positions_for(row.positions.size()));
            if (context.open->has_amplitudes())
                std::ranges::copy(row.amplitudes, segment.amplitudes_for(row.positions.size()));
            std::int32_t* const counts = context.state.spike_counts.data() + to_size(y) * row_size;
            for (const std::uint32_t position : row.positions) ++counts[position];
            segment.close_row(row.positions.size());
            context.open->set_count(tick, y, row.positions.size());
        }
    }
}

RowTrains& trains_of(const Band& band, std::int32_t y, BandScratch& scratch) {
    const auto row = to_size(y - band.first_row);
    if (scratch.trains.size() <= row) scratch.trains.resize(row + 1);
    return scratch.trains[row];
}

}  // namespace

void fire_band(const BandContext& context, DrawKey key, std::size_t band, BandScratch& scratch) {
    const Band& own = context.plan.bands[band];
    const std::size_t row_size = context.plan.row_size;
    for (std::int32_t y = own.first_row; y < own.last_row; ++y) {
        const std::size_t first = to_size(y) * row_size;
        RowTrains* const trains = context.open == nullptr ? nullptr : &trains_of(own, y, scratch);
        context.population.second_phase->fire(std::span(context.state.potential).subspan(first, row_size),
                                              row_site(context, key, y),
                                              std::span(context.state.spike_counts).subspan(first, row_size), trains);
    }
    if (context.open != nullptr) emit_band(context, band, scratch);
}

void relay_band(const BandContext& context, DrawKey key, std::size_t band, BandScratch& scratch) {
    const Band& own = context.plan.bands[band];
    const std::size_t row_size = context.plan.row_size;
    const Inlet& inlet = context.inlets.front();
    const TrainRearrangement& rule = *context.population.rearrangement;
    // One order for all neurons means that whole rows move in time. Copying them is many times cheaper than taking the
    // spike trains of single neurons apart and putting them together again, and gives the same spikes.
    const std::vector<Tick> order = rule.common_order(row_site(context, key, 0));
    if (!order.empty()) return send_in_order(context, order, band);
    for (std::int32_t y = own.first_row; y < own.last_row; ++y) {
        const std::size_t first = to_size(y) * row_size;
        RowTrains& trains = trains_of(own, y, scratch);
        if (context.source_counts.empty()) {
            gather_row(trains, y, row_size, context.ticks.end,
                       [&](Tick tick) -> const Window& { return inlet.window_at(tick); });
            rule.rearrange(trains, row_site(context, key, y));
        } else {
            // A rule that only looks at counts never needs the source's spikes, so they were not even sent
            // (plan_coalescing).
            rule.arrange(context.source_counts.subspan(first, row_size), row_site(context, key, y), trains);
        }
        std::int32_t* const counts = context.state.spike_counts.data() + first;
        for (std::size_t i = 0; i < row_size; ++i) counts[i] += static_cast<std::int32_t>(trains.count(i));
    }
    emit_band(context, band, scratch);
}

}  // namespace syncopate
