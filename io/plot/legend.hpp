#pragma once

#include "io/plot/drawing.hpp"
#include "io/plot/series_style.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace syncopate {

/// How the values of a series are drawn.
enum class Mark : std::uint8_t { line, steps, bars, band, dots };

struct LegendEntry {
    std::string name = {};
    SeriesStyle style = {};
    Mark mark = Mark::line;
    bool has_marker = true;
};

/// What the lines of a figure mean, in as many columns as fit.
class Legend {
public:
    Legend(std::vector<LegendEntry> entries, double width);

    std::size_t columns() const { return columns_; }
    std::size_t rows() const;
    /// 0 without entries.
    double height() const;
    void draw(Drawing& drawing, Point top_left) const;

private:
    std::vector<LegendEntry> entries_;
    double width_ = 0.0;
    double column_width_ = 0.0;
    std::size_t columns_ = 1;
};

}  // namespace syncopate
