#pragma once

#include "core/index.hpp"
#include "core/shape.hpp"
#include "core/spikes/recording.hpp"
#include "core/tick.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace syncopate {

/// Memory of a window, to be used again when nobody needs the window any more.
struct WindowStorage {
    std::vector<std::size_t> row_begin;
    std::vector<std::uint32_t> positions;
    std::vector<std::int32_t> amplitudes;
};

/// The spikes of one population over a range of ticks, sealed: nothing changes any more, everybody may read.
///
/// Spikes lie in address-event order (tick, y, x, channel). Within a row of the layer an event is its position
/// x · channels + channel, which is also the order in which delivery reads fastest.
class Window {
public:
    /// The events of one row at one tick.
    struct Row {
        std::span<const std::uint32_t> positions;
        std::span<const std::int32_t> amplitudes;  // empty: every amplitude is 1
    };

    Window() = default;
    /// Requires: row_begin has ticks.length() · rows + 1 ascending offsets into positions, which may be longer than
    /// needed; amplitudes likewise if `has_amplitudes`, else they are not looked at.
    Window(TickRange ticks, std::int32_t rows, bool has_amplitudes, WindowStorage storage);

    /// The memory back.
    WindowStorage release() && { return std::move(storage_); }

    TickRange ticks() const { return ticks_; }
    std::size_t event_count() const { return storage_.row_begin.empty() ? 0 : storage_.row_begin.back(); }

    /// Requires: ticks().contains(tick), 0 ≤ y < rows.
    Row row(Tick tick, std::int32_t y) const {
        const auto r = to_size(tick - ticks_.begin) * rows_ + to_size(y);
        const std::size_t begin = storage_.row_begin[r];
        const std::size_t count = storage_.row_begin[r + 1] - begin;
        return {
            std::span(storage_.positions).subspan(begin, count),
            has_amplitudes_ ? std::span(storage_.amplitudes).subspan(begin, count) : std::span<const std::int32_t>{}};
    }

private:
    TickRange ticks_;
    std::size_t rows_ = 0;
    bool has_amplitudes_ = false;
    WindowStorage storage_;
};

/// Appends a window's spikes to a spike train of a population of the given shape.
void append_spikes(SpikeTrain& train, const Window& window, const Shape& shape);

/// The inverse: spikes as a window. Amplitudes are dropped unless `has_amplitudes`, and 1 where the train has none.
/// Requires: the train is ordered by (time, y, x, channel), its times lie in `ticks` and its ids in the shape.
Window window_of(const SpikeTrain& train, const Shape& shape, TickRange ticks, bool has_amplitudes);

/// A window while it is being filled: every tile of the population writes a segment of its own, so that tiles need no
/// lock; seal() puts the segments in address-event order by a prefix sum over the row counts.
class OpenWindow {
public:
    /// What one tile has emitted: for each of its ticks, for each of its rows in ascending order, the events of the
    /// row.
    class Segment {
    public:
        /// Room for `count` more events; write them, then call close_row with how many there were.
        std::uint32_t* positions_for(std::size_t count) {
            if (positions_.size() < used_ + count) positions_.resize((used_ + count) * 2);
            return positions_.data() + used_;
        }
        /// The same for amplitudes; only windows opened with amplitudes have them.
        std::int32_t* amplitudes_for(std::size_t count) {
            if (amplitudes_.size() < used_ + count) amplitudes_.resize((used_ + count) * 2);
            return amplitudes_.data() + used_;
        }
        void close_row(std::size_t count) { used_ += count; }

    private:
        friend class OpenWindow;
        std::vector<std::uint32_t> positions_;
        std::vector<std::int32_t> amplitudes_;
        std::size_t used_ = 0;
        std::int32_t first_row_ = 0;
        std::int32_t last_row_ = 0;
    };

    OpenWindow(std::int32_t rows, bool has_amplitudes) : rows_(rows), has_amplitudes_(has_amplitudes) {}

    /// Splits the rows into bands; tile k fills rows [first_row[k], first_row[k + 1]). Requires: first_row ascends from
    /// 0 to rows.
    void split(std::span<const std::int32_t> first_row);

    bool has_amplitudes() const { return has_amplitudes_; }

    /// Begins a window; memory of the one before is used again.
    void open(TickRange ticks);

    /// Writes only the segment of this tile.
    Segment& segment(std::size_t tile) { return segments_[tile]; }
    /// Writes only the count of this row; called once for each tick and row by the tile that holds the row.
    void set_count(Tick tick, std::int32_t y, std::size_t count) {
        counts_[to_size(tick - ticks_.begin) * to_size(rows_) + to_size(y)] = static_cast<std::uint32_t>(count);
    }

    /// The window, immutable from now on, in `storage` or new memory.
    Window seal(WindowStorage storage = {}) const;

private:
    TickRange ticks_;
    std::int32_t rows_ = 0;
    bool has_amplitudes_ = false;
    std::vector<std::uint32_t> counts_;
    std::vector<Segment> segments_;
};

}  // namespace syncopate
