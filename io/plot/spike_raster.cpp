#include "io/plot/spike_raster.hpp"

#include "core/index.hpp"

#include <algorithm>
#include <vector>

namespace syncopate {

void draw_spike_marks(Drawing& drawing, const Box& box, const SpikeGrid& grid) {
    const Slots columns = Slots::sharing(box.x, box.width, grid.columns());
    const Slots rows = Slots::sharing(box.y, box.height, grid.rows());
    std::vector<Point> positive;
    std::vector<Point> negative;
    for (std::int64_t row = 0; row < grid.rows(); ++row) {
        const double top = rows.begin(row) + 0.14 * rows.step;
        for (std::int64_t column = 0; column < grid.columns(); ++column) {
            if (grid.count(row, column) == 0) continue;
            auto& tops = grid.negative(row, column) > 0 ? negative : positive;
            tops.push_back({columns.centre(column), top});
        }
    }
    // Marks of neighbouring ticks never touch, however narrow a tick is.
    const double width = std::clamp(0.35 * columns.step, std::min(0.8, 0.7 * columns.step), 2.2);
    const double length = std::max(0.72 * rows.step, 1.0);
    // One path for all marks of a colour: an element for each of 20,000 spikes would make an SVG file many times as
    // large and slow to show.
    drawing.strokes(positive, length, {palette::black, width, {}});
    drawing.strokes(negative, length, {palette::vermilion, width, {}});
}

double draw_spike_densities(Drawing& drawing, const Box& box, const SpikeGrid& grid) {
    std::vector<double> levels = grid.densities();
    const double densest = *std::ranges::max_element(levels);
    for (double& level : levels) level = densest > 0.0 ? level / densest : 0.0;
    drawing.cells(box, {to_size(grid.rows()), levels});
    const Slots columns = Slots::sharing(box.x, box.width, grid.columns());
    for (std::int64_t column = 1; column < grid.columns() && columns.step >= 6.0; ++column) {
        const double x = columns.begin(column);
        drawing.line({x, box.y}, {x, box.y + box.height}, {palette::white, columns.step * 0.2, {}});
    }
    return densest;
}

}  // namespace syncopate
