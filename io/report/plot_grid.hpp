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
    bool has_own_legends = false;  // one below each plot, else the longest of them above all
    bool is_x_shared = false;      // only the lowest plot of each column has labels below
};

/// The plots, row by row, as one <svg>. Frames are of equal size. Requires: at least one plot, columns ≥ 1.
std::string plot_grid(std::span<const Plot> plots, const GridLayout& layout);

}  // namespace syncopate::report
