#pragma once

#include "core/charge.hpp"
#include "core/index.hpp"
#include "core/spikes/window.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

/// A target row that a source row reaches, counted from the band's first row.
struct TargetRow {
    std::int32_t y = 0;
    std::uint32_t weight_shift = 0;  // for whoever named the row
};

/// A source row that reaches into a band, and where: target_rows[begin] … target_rows[end − 1] of the reach.
struct BandSource {
    std::int32_t y = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

/// What one projection sends into one band of its target.
struct BandReach {
    std::vector<BandSource> sources;
    std::vector<TargetRow> target_rows;
};

/// Rows of sums begin at multiples of so many, a cache line of 32-bit sums, and have so many beyond their end.
inline constexpr std::size_t sums_per_block = 16;

/// Sums beside every row that a delivery may write to, so that what a convolution sends beyond the border needs no
/// test; nobody reads them.
struct Margins {
    std::size_t left = 0;
    std::size_t right = 0;
};

/// The sums of a band's neurons, laid out as Layout says, with margins beside the rows. `Sum`: std::int32_t, which the
/// compiler has proven to be enough for spikes, or Charge.
template <class Sum>
struct BandSums {
    Sum* origin = nullptr;  // of the first neuron
    std::size_t row_stride = 0;
    std::size_t row_size = 0;
    std::int32_t first_row = 0;
    std::int32_t last_row = 0;

    Sum* row(std::size_t row_in_band) const { return origin + row_in_band * row_stride; }
};

/// A target row of a reach, found in a band.
template <class Sum>
struct SumRow {
    Sum* origin = nullptr;  // of the row's first neuron
    std::uint32_t weight_shift = 0;
};

/// Finds all target rows of a reach.
template <class Sum>
void place_rows(const BandReach& reach, const BandSums<Sum>& band, std::vector<SumRow<Sum>>& rows) {
    rows.clear();
    for (const TargetRow& row : reach.target_rows) rows.push_back({band.row(to_size(row.y)), row.weight_shift});
}

/// Where one source row delivers to.
template <class Sum>
struct Destination {
    std::int32_t source_row = 0;
    std::span<const SumRow<Sum>> rows;  // that it reaches
    const BandSums<Sum>& band;

    Destination(const BandSource& source, std::span<const SumRow<Sum>> placed, const BandSums<Sum>& sums)
        : source_row(source.y), rows(placed.subspan(source.begin, source.end - source.begin)), band(sums) {}
};

/// The synapses of one projection, laid out by one kind of delivery (delivery_kinds.hpp): from what a source row sends
/// to the sums of a band. Which kind delivers never changes a sum. Immutable; networks share it.
class Delivery {
public:
    virtual ~Delivery() = default;

    virtual Margins margins() const { return {}; }
    /// What it sends into rows first_row … last_row − 1 of the target.
    virtual BandReach reach(std::int32_t first_row, std::int32_t last_row) const = 0;
    /// Adds weight · amplitude of every event.
    virtual void add_events(const Window::Row& events, const Destination<std::int32_t>& to) const = 0;
    /// Adds weight · value for every position of the source row, in 64 bits.
    virtual void add_values(std::span<const Charge> values, const Destination<Charge>& to) const = 0;
};

}  // namespace syncopate
