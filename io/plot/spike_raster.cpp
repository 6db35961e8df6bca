#include "io/plot/spike_raster.hpp"

#include <algorithm>
#include <vector>

namespace syncopate {

void draw_spike_marks(Drawing& drawing, const Box& box, const SpikeGrid& grid) {
    const double column_width = box.width / static_cast<double>(grid.columns());
    const double row_height = box.height / static_cast<double>(grid.rows());
    std::vector<Point> positive;
    std::vector<Point> negative;
    for (std::int64_t row = 0; row < grid.rows(); ++row) {
        const double top = box.y + row_height * (static_cast<double>(row) + 0.14);
        for (std::int64_t column = 0; column < grid.columns(); ++column) {
            if (grid.count(row, column) == 0) continue;
            auto& tops = grid.negative(row, column) > 0 ? negative : positive;
            tops.push_back({box.x + column_width * (static_cast<double>(column) + 0.5), top});
        }
    }
    // Marks of neighbouring ticks never touch, however narrow a tick is.
    const double width = std::clamp(0.35 * column_width, std::min(0.8, 0.7 * column_width), 2.2);
    const double length = std::max(0.72 * row_height, 1.0);
    drawing.strokes(positive, length, {palette::black, width, {}});
    drawing.strokes(negative, length, {palette::vermilion, width, {}});
}

double draw_spike_densities(Drawing& drawing, const Box& box, const SpikeGrid& grid) {
    std::vector<double> levels = grid.densities();
    const double densest = *std::ranges::max_element(levels);
    for (double& level : levels) level = densest > 0.0 ? level / densest : 0.0;
    drawing.cells(box, {static_cast<std::size_t>(grid.rows()), levels});
    const double column_width = box.width / static_cast<double>(grid.columns());
    for (std::int64_t column = 1; column < grid.columns() && column_width >= 6.0; ++column) {
        const double x = box.x + static_cast<double>(column) * column_width;
        drawing.line({x, box.y}, {x, box.y + box.height}, {palette::white, column_width * 0.2, {}});
    }
    return densest;
}

}  // namespace syncopate
