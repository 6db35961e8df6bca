#include "neurons/rules/train_moves.hpp"

#include "core/index.hpp"

#include <numeric>

namespace syncopate {

std::vector<Tick> natural_order(Tick duration) {
    std::vector<Tick> order(to_size(duration));
    std::iota(order.begin(), order.end(), 0);
    return order;
}

void show_in_order(RowTrains& trains, const std::vector<Tick>& order, std::size_t first, std::size_t step) {
    std::vector<Tick> new_tick(order.size());
    // Inverted once for the row. Trains need not stay in order of time: emit_rows sorts them by tick when the window is
    // made.
    for (std::size_t t = 0; t < order.size(); ++t) new_tick[to_size(order[t])] = static_cast<Tick>(t);
    for (std::size_t i = first; i < trains.positions(); i += step) {
        for (std::uint32_t s = trains.begin[i]; s < trains.begin[i + 1]; ++s)
            trains.ticks[s] = new_tick[to_size(trains.ticks[s])];
    }
}

void number_spikes(std::span<const std::int32_t> counts, RowTrains& trains) {
    trains.clear();
    for (const std::int32_t count : counts) {
        for (Tick tick = 0; tick < count; ++tick) trains.ticks.push_back(tick);
        trains.close_position();
    }
}

}  // namespace syncopate
