#pragma once

#include "io/plot/axis.hpp"
#include "io/plot/figure.hpp"
#include "io/plot/legend.hpp"
#include "io/plot/series_style.hpp"
#include "io/run/wilson.hpp"

#include <optional>
#include <string>
#include <vector>

namespace syncopate {

struct Dot {
    double value = 0.0;
    std::optional<Interval> interval = {};
    SeriesStyle style = {};
    std::string title = {};  // shown when the pointer rests on it
    bool is_far = false;     // the axis need not reach it; it is then drawn at the end of the axis, with its value
    std::optional<SeriesStyle> sign = {};  // a mark at the right end of its row, such as a verdict
};

struct VerticalLine {
    double value = 0.0;
    SeriesStyle style = reference_style();
};

/// A frame with one place for each row.
struct DotColumn {
    std::string title = {};
    Axis x = {};
    std::vector<std::optional<Dot>> dots = {};  // one for each row, or none there
    std::vector<VerticalLine> lines = {};
};

/// Values of named rows with their intervals, lying down: a forest plot. Columns stand beside one another.
struct DotRows {
    std::string description = {};
    std::vector<std::string> rows = {};
    std::vector<DotColumn> columns = {};
    std::vector<LegendEntry> legend = {};

    /// Requires: at least one column.
    Figure figure() const;
};

}  // namespace syncopate
