#pragma once

#include "io/plot/figure.hpp"

#include <string>
#include <vector>

namespace syncopate {

/// Smaller ones stay white.
inline constexpr double visible_share = 5e-4;

/// Shares in cells of rows × columns.
struct HeatMap {
    std::string title = {};
    std::vector<std::vector<double>> rows = {};  // values from 0 to 1; a row may be empty
};

/// Maps with the same rows and columns, beside one another. The depth of the colour is the square root of
/// the share, so that small shares can be seen.
struct HeatMaps {
    std::string description = {};
    std::string key = {};  // what the shares are of
    std::string x_title = {};
    std::vector<std::string> row_names = {};
    struct Column {
        std::string name = {};
        bool is_named = true;  // below the map
    };
    std::vector<Column> columns = {};
    std::vector<HeatMap> maps = {};

    /// Requires: at least one map.
    Figure figure() const;
};

}  // namespace syncopate
