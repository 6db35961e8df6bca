#pragma once

#include "core/charge.hpp"
#include "core/tick.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace syncopate {

/// What a linear population hands on over a range of ticks: one value for every neuron and tick, rows with channels
/// innermost. Filled by the bands of the population, then only read.
struct ValueWindow {
    TickRange ticks;
    std::size_t neurons = 0;
    std::vector<Charge> values;  // [tick][neuron]

    /// Begins a window over `range`.
    void open(TickRange range, std::size_t count) {
        ticks = range;
        neurons = count;
        values.resize(static_cast<std::size_t>(range.length()) * count);
    }
    std::span<Charge> at(Tick tick) { return std::span(values).subspan(offset(tick), neurons); }
    std::span<const Charge> at(Tick tick) const { return std::span(values).subspan(offset(tick), neurons); }

private:
    std::size_t offset(Tick tick) const { return static_cast<std::size_t>(tick - ticks.begin) * neurons; }
};

}  // namespace syncopate
