#pragma once

#include "io/run/csv_row.hpp"
#include "io/run/wilson.hpp"

#include <cmath>
#include <optional>

namespace syncopate {

/// A cell with the number; an empty one if it is none.
inline void add_number(CsvRow& row, double value) { std::isfinite(value) ? row.add(value) : row.add_empty(1); }

/// Both ends of an interval as cells, or two empty ones.
inline void add_ends(CsvRow& row, const std::optional<Interval>& interval) {
    if (!interval) return row.add_empty(2);
    add_number(row, interval->low);
    add_number(row, interval->high);
}

}  // namespace syncopate
