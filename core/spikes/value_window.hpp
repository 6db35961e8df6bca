#pragma once

#include "core/charge.hpp"
#include "core/index.hpp"
#include "core/tick.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace syncopate {

inline Charge largest_magnitude(std::span<const Charge> values) {
    Charge largest = 0;
    for (const Charge value : values) largest = std::max({largest, value, -value});
    return largest;
}

/// What a linear population hands on over a range of ticks: one value for every neuron and tick, rows with channels
/// innermost. Filled by the bands of the population, then only read.
struct ValueWindow {
    TickRange ticks;
    std::size_t neurons = 0;
    std::vector<Charge> values;   // [tick][neuron]
    std::vector<Charge> largest;  // magnitude, of every tick

    /// Begins a window over `range`.
    void open(TickRange range, std::size_t count) {
        ticks = range;
        neurons = count;
        values.resize(to_size(range.length()) * count);
    }
    /// Requires: all values are there.
    void close() {
        largest.clear();
        for (Tick tick = ticks.begin; tick < ticks.end; ++tick) largest.push_back(largest_magnitude(at(tick)));
    }
    Charge largest_at(Tick tick) const { return largest[to_size(tick - ticks.begin)]; }
    std::span<Charge> at(Tick tick) { return std::span(values).subspan(offset(tick), neurons); }
    std::span<const Charge> at(Tick tick) const { return std::span(values).subspan(offset(tick), neurons); }

private:
    std::size_t offset(Tick tick) const { return to_size(tick - ticks.begin) * neurons; }
};

}  // namespace syncopate
