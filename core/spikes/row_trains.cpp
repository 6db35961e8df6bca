#include "core/spikes/row_trains.hpp"

#include "core/index.hpp"

namespace syncopate {

void emit_rows(std::span<const RowTrains> rows, std::int32_t first_row, Tick duration, std::size_t band,
               OpenWindow& open) {
    const std::size_t row_count = rows.size();
    // Where the events of (tick, row) begin in the segment; while filling, the next free place.
    std::vector<std::size_t> next(to_size(duration) * row_count + 1, 0);
    for (std::size_t r = 0; r < row_count; ++r) {
        for (const Tick tick : rows[r].ticks) ++next[to_size(tick) * row_count + r + 1];
    }
    for (Tick tick = 0; tick < duration; ++tick) {
        for (std::size_t r = 0; r < row_count; ++r) {
            open.set_count(tick, first_row + static_cast<std::int32_t>(r), next[to_size(tick) * row_count + r + 1]);
        }
    }
    for (std::size_t k = 1; k < next.size(); ++k) next[k] += next[k - 1];
    OpenWindow::Segment& segment = open.segment(band);
    const std::size_t total = next.back();
    std::uint32_t* const positions = segment.positions_for(total);
    std::int32_t* const amplitudes = open.has_amplitudes() ? segment.amplitudes_for(total) : nullptr;
    for (std::size_t r = 0; r < row_count; ++r) {
        const RowTrains& trains = rows[r];
        for (std::size_t position = 0; position < trains.positions(); ++position) {
            for (std::uint32_t s = trains.begin[position]; s < trains.begin[position + 1]; ++s) {
                const std::size_t place = next[to_size(trains.ticks[s]) * row_count + r]++;
                positions[place] = static_cast<std::uint32_t>(position);
                if (amplitudes != nullptr) amplitudes[place] = trains.amplitudes.empty() ? 1 : trains.amplitudes[s];
            }
        }
    }
    segment.close_row(total);
}

}  // namespace syncopate
