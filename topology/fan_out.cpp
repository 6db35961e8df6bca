#include "topology/fan_out.hpp"

#include "topology/stage_support.hpp"

#include <algorithm>

namespace syncopate {

namespace {

std::vector<std::int64_t> before(const LinearStage& stage, const std::vector<std::int64_t>& after) {
    std::vector<std::int64_t> totals(static_cast<std::size_t>(input_shape(stage).size()), 0);
    const bool counts_itself = std::holds_alternative<Convolution>(stage);
    const bool is_routed_on = std::ranges::any_of(after, [](std::int64_t n) { return n != 0; });
    if (!is_routed_on) {
        const auto* convolution = std::get_if<Convolution>(&stage);
        return convolution != nullptr ? convolution_fan_out(*convolution) : totals;
    }
    const StageSupport support(stage);
    for (std::size_t i = 0; i < totals.size(); ++i) {
        support.for_each_output(static_cast<std::int32_t>(i), [&](std::int32_t out, std::size_t) {
            totals[i] += after[static_cast<std::size_t>(out)] + (counts_itself ? 1 : 0);
        });
    }
    return totals;
}

}  // namespace

std::vector<std::int64_t> fan_out(const LayerGraph& graph, const Projection& projection) {
    const bool has_convolution = std::ranges::any_of(
        projection.stages, [](const LinearStage& s) { return std::holds_alternative<Convolution>(s); });
    const auto targets = graph.populations[static_cast<std::size_t>(projection.target)].shape.size();
    std::vector<std::int64_t> totals(static_cast<std::size_t>(targets), has_convolution ? 0 : 1);
    for (auto stage = projection.stages.rbegin(); stage != projection.stages.rend(); ++stage)
        totals = before(*stage, totals);
    return totals;
}

std::int64_t multiply_accumulates(const Projection& projection) {
    std::int64_t count = 0;
    for (const LinearStage& stage : projection.stages) count += multiply_accumulates(stage);
    return count;
}

}  // namespace syncopate
