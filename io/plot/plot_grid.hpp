#pragma once

#include "io/plot/figure.hpp"
#include "io/plot/series.hpp"

#include <string>
#include <vector>

namespace syncopate {

/// How plots stand beside one another in one figure.
struct GridLayout {
    std::string description = {};
    std::size_t columns = 1;
    double frame_height = 260.0;
    bool has_own_legends = false;  // one below each plot, else the longest of them above all
    bool is_x_shared = false;      // only the lowest plot of each column has labels below
};

/// The plots, row by row, in one figure. Frames are of equal size. Requires: at least one plot, columns ≥ 1.
Figure plot_grid(std::vector<Plot> plots, const GridLayout& layout);

}  // namespace syncopate
