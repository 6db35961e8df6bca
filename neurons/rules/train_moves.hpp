#pragma once

#include "core/random/row_site.hpp"
#include "core/spikes/row_trains.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace syncopate {

/// Ticks 0 … duration − 1.
std::vector<Tick> natural_order(Tick duration);

/// Moves the trains of every `step`-th position, from `first`: their new tick t shows the old tick order[t].
void show_in_order(RowTrains& trains, const std::vector<Tick>& order, std::size_t first = 0, std::size_t step = 1);

/// Moves every spike to moved(its tick, its number among its neuron's spikes, how many these are).
template <class Moved>
void move_spikes(RowTrains& trains, const Moved& moved) {
    for (std::size_t i = 0; i < trains.positions(); ++i) {
        const auto count = static_cast<Tick>(trains.count(i));
        Tick* const ticks = trains.ticks.data() + trains.begin[i];
        for (Tick k = 0; k < count; ++k) ticks[k] = moved(ticks[k], k, count);
    }
}

/// Trains with so many spikes, at each neuron's first ticks: for rules that number spikes and do not look at ticks.
void number_spikes(std::span<const std::int32_t> counts, RowTrains& trains);

}  // namespace syncopate
