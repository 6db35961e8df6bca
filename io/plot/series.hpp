#pragma once

#include "io/plot/axis.hpp"
#include "io/plot/legend.hpp"
#include "io/plot/series_style.hpp"
#include "io/run/wilson.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

struct SeriesPoint {
    double x = 0.0;
    double y = 0.0;                         // not finite: no point, and a gap in the line
    std::optional<Interval> interval = {};  // in the unit of y
    std::string title = {};                 // shown when the pointer rests on the point
    bool is_far = false;  // the axis need not reach it; it is then drawn at the end of the axis, with its value
};

/// Values of one arm.
struct Series {
    std::string name = {};
    SeriesStyle style = {};
    Mark mark = Mark::line;
    std::vector<SeriesPoint> points = {};
    double shift = 0.0;       // of all points to the right [px], so that intervals do not cover one another
    double bar_width = 0.8;   // in the unit of x, for bars
    double bar_offset = 0.0;  // likewise, of the bar's centre
};

/// A value that does not depend on x.
struct ReferenceLine {
    std::string name = {};
    double y = 0.0;
    SeriesStyle style = reference_style();
};

/// One frame with axes and lines in it.
struct Plot {
    std::string title = {};
    Axis x = {};
    Axis y = {};
    std::vector<Series> series = {};
    std::vector<ReferenceLine> references = {};
    bool has_zero_line = false;
};

/// Entries for all series and references of the plot.
std::vector<LegendEntry> legend_of(const Plot& plot);

}  // namespace syncopate
