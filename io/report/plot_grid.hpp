#pragma once

#include "io/report/plot.hpp"

#include <span>
#include <string>
#include <vector>

namespace syncopate::report {

/// Width of every figure [px]: what 18 cm of paper hold with letters of 7 points.
inline constexpr double figure_width = 800.0;

/// How plots stand beside one another in one figure.
struct GridLayout {
    std::string description = {};
    std::size_t columns = 1;
    double frame_height = 260.0;
    bool has_own_legends = false;  // one below each plot, else that of the first plot above all
};

/// The plots, row by row, as one <svg>. Frames are of equal size. Requires: at least one plot, columns ≥ 1.
std::string plot_grid(std::span<const Plot> plots, const GridLayout& layout);

}  // namespace syncopate::report
