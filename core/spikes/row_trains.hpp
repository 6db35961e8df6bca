#pragma once

#include "core/spikes/window.hpp"
#include "core/tick.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

/// The spike trains of one row of neurons over a window, neuron by neuron: those of position i (x · channels + channel)
/// are spikes begin[i] … begin[i + 1] − 1.
struct RowTrains {
    std::vector<std::uint32_t> begin;
    std::vector<Tick> ticks;               // of every spike; each neuron's may come in any order, none twice
    std::vector<std::int32_t> amplitudes;  // of every spike; empty: every amplitude is 1

    std::size_t positions() const { return begin.size() - 1; }
    std::size_t count(std::size_t position) const { return begin[position + 1] - begin[position]; }
    /// Empties the trains; positions are added by close_position.
    void clear() {
        begin.assign(1, 0);
        ticks.clear();
        amplitudes.clear();
    }
    void close_position() { begin.push_back(static_cast<std::uint32_t>(ticks.size())); }
};

/// Takes the row's spikes of ticks 0 … duration − 1 from the windows that hold them, each neuron's in order of time.
/// `window_of(tick)` gives the window of a tick.
template <class WindowOf>
void gather_row(RowTrains& trains, std::int32_t y, std::size_t row_size, Tick duration, const WindowOf& window_of) {
    std::vector<std::uint32_t>& begin = trains.begin;
    begin.assign(row_size + 1, 0);
    bool has_amplitudes = false;
    for (Tick tick = 0; tick < duration; ++tick) {
        const Window::Row row = window_of(tick).row(tick, y);
        for (const std::uint32_t position : row.positions) ++begin[position + 1];
        has_amplitudes = has_amplitudes || !row.amplitudes.empty();
    }
    for (std::size_t i = 0; i < row_size; ++i) begin[i + 1] += begin[i];
    trains.ticks.resize(begin[row_size]);
    trains.amplitudes.assign(has_amplitudes ? begin[row_size] : 0, 1);
    // While filling, begin[i] runs from the first spike of position i to the first of position i + 1.
    for (Tick tick = 0; tick < duration; ++tick) {
        const Window::Row row = window_of(tick).row(tick, y);
        for (std::size_t e = 0; e < row.positions.size(); ++e) {
            const std::uint32_t spike = begin[row.positions[e]]++;
            trains.ticks[spike] = tick;
            if (!row.amplitudes.empty()) trains.amplitudes[spike] = row.amplitudes[e];
        }
    }
    for (std::size_t i = row_size; i > 0; --i) begin[i] = begin[i - 1];
    begin[0] = 0;
}

/// Writes the trains of a band's rows into its segment of a window over ticks 0 … duration − 1: the segment and the
/// counts of these rows. Requires: `open` was opened over these ticks.
void emit_rows(std::span<const RowTrains> rows, std::int32_t first_row, Tick duration, std::size_t band,
               OpenWindow& open);

}  // namespace syncopate
