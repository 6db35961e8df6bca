#include "core/spikes/window.hpp"

#include "core/assert.hpp"
#include "core/index.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace syncopate {

Window::Window(TickRange ticks, std::int32_t rows, bool has_amplitudes, WindowStorage storage)
    : ticks_(ticks), rows_(to_size(rows)), has_amplitudes_(has_amplitudes), storage_(std::move(storage)) {
    SYNCOPATE_ASSERT(storage_.row_begin.size() == to_size(ticks_.length()) * rows_ + 1);
    // Storage goes round and may be larger than this window needs, so sizes are bounds here and row_begin says what
    // counts.
    SYNCOPATE_ASSERT(storage_.row_begin.back() <= storage_.positions.size());
    SYNCOPATE_ASSERT(!has_amplitudes || storage_.row_begin.back() <= storage_.amplitudes.size());
}

void append_spikes(SpikeTrain& train, const Window& window, const Shape& shape) {
    for (Tick tick = window.ticks().begin; tick < window.ticks().end; ++tick) {
        for (std::int32_t y = 0; y < shape.height; ++y) {
            const Window::Row row = window.row(tick, y);
            for (const std::uint32_t position : row.positions) {
                const auto place = static_cast<std::int32_t>(position);
                train.times.push_back(tick);
                train.ids.push_back((place % shape.channels * shape.height + y) * shape.width + place / shape.channels);
            }
            train.amplitudes.insert(train.amplitudes.end(), row.amplitudes.begin(), row.amplitudes.end());
        }
    }
}

Window window_of(const SpikeTrain& train, const Shape& shape, TickRange ticks, bool has_amplitudes) {
    OpenWindow open(shape.height, has_amplitudes);
    open.split(std::array<std::int32_t, 2>{0, shape.height});
    open.open(ticks);
    OpenWindow::Segment& segment = open.segment(0);
    const std::size_t count = train.times.size();
    // Spikes come ordered by time, row and position, so those of one row of one tick are neighbours and one pass is
    // enough.
    const auto y_of = [&](std::size_t s) { return train.ids[s] / shape.width % shape.height; };
    for (std::size_t begin = 0; begin < count;) {
        std::size_t end = begin;
        while (end < count && train.times[end] == train.times[begin] && y_of(end) == y_of(begin)) ++end;
        std::uint32_t* const positions = segment.positions_for(end - begin);
        for (std::size_t s = begin; s < end; ++s) {
            const std::int32_t x = train.ids[s] % shape.width;
            const std::int32_t channel = train.ids[s] / shape.width / shape.height;
            positions[s - begin] = static_cast<std::uint32_t>(x * shape.channels + channel);
        }
        if (has_amplitudes) {
            std::int32_t* const amplitudes = segment.amplitudes_for(end - begin);
            for (std::size_t s = begin; s < end; ++s)
                amplitudes[s - begin] = train.amplitudes.empty() ? 1 : train.amplitudes[s];
        }
        segment.close_row(end - begin);
        SYNCOPATE_ASSERT(ticks.contains(train.times[begin]));
        open.set_count(train.times[begin], y_of(begin), end - begin);
        begin = end;
    }
    return open.seal();
}

void OpenWindow::open(TickRange ticks) {
    ticks_ = ticks;
    counts_.assign(to_size(ticks.length()) * to_size(rows_), 0u);
    for (Segment& segment : segments_) segment.used_ = 0;
}

void OpenWindow::split(std::span<const std::int32_t> first_row) {
    SYNCOPATE_ASSERT(first_row.size() >= 2 && first_row.front() == 0 && first_row.back() == rows_);
    segments_.resize(first_row.size() - 1);
    for (std::size_t k = 0; k < segments_.size(); ++k) {
        segments_[k].first_row_ = first_row[k];
        segments_[k].last_row_ = first_row[k + 1];
    }
}

Window OpenWindow::seal(WindowStorage storage) const {
    std::vector<std::size_t>& row_begin = storage.row_begin;
    row_begin.assign(counts_.size() + 1, 0);
    for (std::size_t r = 0; r < counts_.size(); ++r) row_begin[r + 1] = row_begin[r] + counts_[r];
    if (storage.positions.size() < row_begin.back()) storage.positions.resize(row_begin.back());
    if (has_amplitudes_ && storage.amplitudes.size() < row_begin.back()) storage.amplitudes.resize(row_begin.back());
    // Bands were filled by different threads, each in a segment of its own so that nobody waits for a lock. How large
    // the segments before it are is known only now, so their events are put in their places in a second step.
    for (const Segment& segment : segments_) {
        std::size_t from = 0;
        for (Tick tick = 0; tick < ticks_.length(); ++tick) {
            // The rows of a band are neighbours at every tick, in the segment and in the window.
            const std::size_t row = to_size(tick) * to_size(rows_);
            const std::size_t begin = row_begin[row + to_size(segment.first_row_)];
            const std::size_t count = row_begin[row + to_size(segment.last_row_)] - begin;
            std::copy_n(segment.positions_.data() + from, count, storage.positions.data() + begin);
            if (has_amplitudes_)
                std::copy_n(segment.amplitudes_.data() + from, count, storage.amplitudes.data() + begin);
            from += count;
        }
        SYNCOPATE_ASSERT(from == segment.used_);
    }
    return {ticks_, rows_, has_amplitudes_, std::move(storage)};
}

}  // namespace syncopate
