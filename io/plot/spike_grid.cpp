#include "io/plot/spike_grid.hpp"

#include "core/index.hpp"

#include <algorithm>

namespace syncopate {

namespace {

/// First of `items` in group `group` of `groups`, when item i belongs to group ⌊i·groups/items⌋.
std::int64_t first_of(std::int64_t group, std::int64_t groups, std::int64_t items) {
    return (group * items + groups - 1) / groups;
}

/// As many groups of (nearly) equal size as fit, so that no pattern arises from groups of different size.
std::int64_t group_count(std::int64_t items, std::int64_t most) {
    const std::int64_t size = (items + most - 1) / most;
    return (items + size - 1) / size;
}

}  // namespace

SpikeGrid::SpikeGrid(const Extents& extents)
    : extents_(extents),
      rows_(group_count(extents.neurons, extents.most_rows)),
      columns_(group_count(extents.end - extents.begin, extents.most_columns)) {
    clear();
}

void SpikeGrid::clear() {
    counts_.assign(to_size(rows_ * columns_), 0);
    negative_.assign(to_size(rows_ * columns_), 0);
    spikes_ = 0;
}

void SpikeGrid::add(const SpikeTrain& spikes) {
    const std::int64_t ticks = extents_.end - extents_.begin;
    for (std::size_t s = 0; s < spikes.times.size(); ++s) {
        const std::int64_t row = std::int64_t{spikes.ids[s]} * rows_ / extents_.neurons;
        const std::int64_t column = (spikes.times[s] - extents_.begin) * columns_ / ticks;
        ++counts_[index(row, column)];
        if (!spikes.amplitudes.empty() && spikes.amplitudes[s] < 0) ++negative_[index(row, column)];
    }
    spikes_ += static_cast<std::int64_t>(spikes.times.size());
}

std::vector<double> SpikeGrid::densities() const {
    const std::int64_t ticks = extents_.end - extents_.begin;
    std::vector<double> values(counts_.size());
    for (std::int64_t row = 0; row < rows_; ++row) {
        const std::int64_t neurons =
            first_of(row + 1, rows_, extents_.neurons) - first_of(row, rows_, extents_.neurons);
        for (std::int64_t column = 0; column < columns_; ++column) {
            const std::int64_t span = first_of(column + 1, columns_, ticks) - first_of(column, columns_, ticks);
            values[index(row, column)] = static_cast<double>(count(row, column)) / static_cast<double>(neurons * span);
        }
    }
    return values;
}

double SpikeGrid::mean() const {
    return static_cast<double>(spikes_) /
           (static_cast<double>(extents_.neurons) * static_cast<double>(extents_.end - extents_.begin));
}

}  // namespace syncopate
