#pragma once

#include "core/index.hpp"
#include "core/spikes/recording.hpp"

#include <cstdint>
#include <vector>

namespace syncopate {

/// The spikes of a layer, counted in cells: rows are neurons or groups of neighbours, columns ticks or groups of them.
class SpikeGrid {
public:
    /// At most `most_rows` × `most_columns` cells. Ticks are begin … end − 1.
    struct Extents {
        std::int64_t neurons = 1;
        std::int64_t begin = 0;
        std::int64_t end = 1;
        std::int64_t most_rows = 1;
        std::int64_t most_columns = 1;
    };
    explicit SpikeGrid(const Extents& extents);

    void add(const SpikeTrain& spikes);
    void clear();

    std::int64_t rows() const { return rows_; }
    std::int64_t columns() const { return columns_; }
    std::int64_t spikes() const { return spikes_; }
    /// Whether each cell is one neuron at one tick.
    bool is_exact() const { return rows_ == extents_.neurons && columns_ == extents_.end - extents_.begin; }
    /// Spikes in a cell, and those of them whose amplitude is negative.
    std::int64_t count(std::int64_t row, std::int64_t column) const { return counts_[index(row, column)]; }
    std::int64_t negative(std::int64_t row, std::int64_t column) const { return negative_[index(row, column)]; }
    /// Spikes per neuron and tick of each cell, rows one after the other.
    std::vector<double> densities() const;
    /// Spikes per neuron and tick of the whole layer.
    double mean() const;

private:
    std::size_t index(std::int64_t row, std::int64_t column) const { return to_size(row * columns_ + column); }

    Extents extents_;
    std::int64_t rows_ = 1;
    std::int64_t columns_ = 1;
    std::int64_t spikes_ = 0;
    std::vector<std::int64_t> counts_;
    std::vector<std::int64_t> negative_;
};

}  // namespace syncopate
