#include "core/delivery/analogue_current.hpp"

#include "core/delivery/scatter.hpp"

#include <algorithm>

namespace syncopate {

namespace {

std::vector<Charge> routed_values(const ProjectionPlan& projection, std::span<const std::int32_t> input) {
    const Shape& shape = projection.routing.empty() ? projection.input : projection.routing.front().input();
    std::vector<Charge> values(input.size());
    for (std::size_t i = 0; i < input.size(); ++i) values[channels_last(shape, i)] = input[i];
    for (const RoutingPlan& routing : projection.routing) values = routing.route_values(values);
    return values;
}

}  // namespace

std::vector<Charge> analogue_products(const ProjectionPlan& projection, const PopulationPlan& target,
                                      const CompiledPopulation& population, std::span<const std::int32_t> input) {
    const std::vector<Charge> values = routed_values(projection, input);
    std::vector<Charge> products(static_cast<std::size_t>(population.shape.size()), 0);
    if (const auto* sparse = std::get_if<SparsePlan>(&projection.synapses)) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            for (std::size_t s = sparse->begin[i]; s < sparse->begin[i + 1]; ++s) {
                products[sparse->synapses[s].target] += values[i] * sparse->synapses[s].weight;
            }
        }
        return products;
    }
    const auto& scatter = std::get<ScatterPlan>(projection.synapses);
    const auto rows = static_cast<std::size_t>(population.shape.height);
    std::vector<Charge> padded(rows * target.row_stride + ScatterPlan::block, 0);
    const std::size_t row_values = values.size() / static_cast<std::size_t>(projection.input.height);
    std::vector<ProductRow> reached;
    for (std::int32_t y = 0; y < projection.input.height; ++y) {
        const auto row = static_cast<std::size_t>(y);
        reached.clear();
        for (std::size_t t = scatter.first_target[row]; t < scatter.first_target[row + 1]; ++t) {
            const TargetRow& to = scatter.target_rows[t];
            reached.push_back({padded.data() + static_cast<std::size_t>(to.y) * target.row_stride + target.margin_left,
                               to.weight_shift});
        }
        scatter_values(scatter, y, std::span(values).subspan(row * row_values, row_values), reached);
    }
    for (std::size_t y = 0; y < rows; ++y) {
        std::copy_n(padded.data() + y * target.row_stride + target.margin_left, target.row_size,
                    products.data() + y * target.row_size);
    }
    return products;
}

}  // namespace syncopate
