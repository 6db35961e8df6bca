#include "core/engine/analogue_current.hpp"

#include "core/index.hpp"
#include "core/layout.hpp"

#include <algorithm>

namespace syncopate {

namespace {

std::vector<Charge> routed_values(const ProjectionPlan& projection, std::span<const std::int32_t> input) {
    const Shape& shape = projection.routing.empty() ? projection.input : projection.routing.front().input();
    const Layout layout(shape);
    std::vector<Charge> values(input.size());
    for (std::size_t i = 0; i < input.size(); ++i) values[layout.place_of(i)] = input[i];
    for (const RoutingPlan& routing : projection.routing) values = routing.route_values(values);
    return values;
}

}  // namespace

std::vector<Charge> analogue_products(const EnginePlan& engine, std::size_t number, const PopulationPlan& target,
                                      std::span<const std::int32_t> input) {
    const ProjectionPlan& projection = engine.projections[target.analogue[number]];
    const std::vector<Charge> values = routed_values(projection, input);
    // One band as high as the whole population: the input is constant, so this runs once a sample, and tiling it for
    // the cache would gain nothing that could be seen.
    const auto rows = to_size(target.bands.back().last_row);
    // A block beyond the last row, because the last run of weights may be filled up with zeros that reach over its end.
    std::vector<Charge> padded(rows * target.row_stride + sums_per_block, 0);
    const BandSums<Charge> sums{padded.data() + target.margin_left, target.row_stride, target.row_size, 0,
                                target.bands.back().last_row};
    const BandReach& reach = target.analogue_reach[number];
    std::vector<SumRow<Charge>> placed;
    place_rows(reach, sums, placed);
    const std::size_t row_values = Layout(projection.input).row_size();
    for (const BandSource& source : reach.sources) {
        projection.delivery->add_values(std::span(values).subspan(to_size(source.y) * row_values, row_values),
                                        {source, placed, sums});
    }
    std::vector<Charge> products(rows * target.row_size);
    for (std::size_t y = 0; y < rows; ++y)
        std::copy_n(sums.row(y), target.row_size, products.data() + y * target.row_size);
    return products;
}

}  // namespace syncopate
