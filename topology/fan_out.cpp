#include "topology/fan_out.hpp"

#include "core/index.hpp"
#include "topology/stage_support.hpp"

#include <algorithm>

namespace syncopate {

namespace {

using Totals = std::vector<std::int64_t>;

/// Operations behind all output channels of a group at every output position, each output itself counted once.
Totals group_totals(const Convolution& conv, std::int32_t group, const Totals& after) {
    const auto area = to_size(conv.output.area());
    const std::size_t outputs = to_size(conv.output.channels / conv.groups);
    Totals sums(area, static_cast<std::int64_t>(outputs));
    for (std::size_t o = to_size(group) * outputs; o < (to_size(group) + 1) * outputs; ++o) {
        for (std::size_t i = 0; i < area; ++i) sums[i] += after[o * area + i];
    }
    return sums;
}

/// Adds what every output position stands for to the input positions that reach it.
void spread_back(const Convolution& conv, const Totals& sums, std::int64_t* totals) {
    for (std::int32_t y = 0; y < conv.output.height; ++y) {
        for (std::int32_t x = 0; x < conv.output.width; ++x) {
            const std::int64_t sum = sums[to_size(y) * to_size(conv.output.width) + to_size(x)];
            for (std::int32_t ky = 0; ky < conv.kernel.height; ++ky) {
                const std::int32_t row = y * conv.stride.height - conv.pad.height + ky * conv.dilation.height;
                if (row < 0 || row >= conv.input.height) continue;
                for (std::int32_t kx = 0; kx < conv.kernel.width; ++kx) {
                    const std::int32_t column = x * conv.stride.width - conv.pad.width + kx * conv.dilation.width;
                    if (column >= 0 && column < conv.input.width)
                        totals[to_size(row) * to_size(conv.input.width) + to_size(column)] += sum;
                }
            }
        }
    }
}

/// All input channels of a group reach the same outputs.
Totals before(const Convolution& conv, const Totals& after) {
    const auto area = to_size(conv.input.area());
    const std::size_t inputs = to_size(conv.input.channels / conv.groups);
    Totals totals(to_size(conv.input.size()), 0);
    for (std::int32_t group = 0; group < conv.groups; ++group) {
        // Inputs of a group differ in their weights, not in what they reach. So outputs are summed over channels first,
        // spread over the kernel once, and copied: the cost is area · (outputs + kernel + inputs), not the product of
        // the three.
        std::int64_t* const first = totals.data() + to_size(group) * inputs * area;
        spread_back(conv, group_totals(conv, group, after), first);
        for (std::size_t c = 1; c < inputs; ++c) std::copy_n(first, area, first + c * area);
    }
    return totals;
}

Totals before(const LinearStage& stage, const Totals& after) {
    if (const auto* convolution = std::get_if<Convolution>(&stage)) return before(*convolution, after);
    Totals totals(to_size(input_shape(stage).size()), 0);
    // Behind the last convolution of a projection nothing counts, unless the target is linear, and a pool there would
    // be expensive to walk: each of its inputs looks at every output.
    if (std::ranges::all_of(after, [](std::int64_t n) { return n == 0; })) return totals;
    const StageSupport support(stage);
    for (std::size_t i = 0; i < totals.size(); ++i) {
        support.for_each_output(static_cast<std::int32_t>(i),
                                [&](std::int32_t out, std::size_t) { totals[i] += after[to_size(out)]; });
    }
    return totals;
}

bool is_linear(const LayerGraph& graph, PopulationIndex population) {
    return graph.populations[population].model.role() == PopulationRole::linear;
}

}  // namespace

std::vector<std::vector<std::int64_t>> fan_outs(const LayerGraph& graph) {
    std::vector<Totals> of_projection(graph.projections.size());
    std::vector<Totals> behind(graph.populations.size());  // operations behind every neuron of a linear population
    for (std::size_t p = 0; p < behind.size(); ++p) {
        if (is_linear(graph, p)) behind[p].assign(to_size(graph.populations[p].shape.size()), 0);
    }
    // Why backwards: what a spike costs includes what lies behind the linear populations that it reaches. Projections
    // from those have no delay, so they lead forward in this order, and all that is behind a linear population has been
    // added up before the first projection into it is counted. Behind others nothing counts: their spikes are counted
    // on their own.
    const std::vector<PopulationIndex> order = topological_order(graph);
    for (auto target = order.rbegin(); target != order.rend(); ++target) {
        for (std::size_t k = 0; k < graph.projections.size(); ++k) {
            const Projection& projection = graph.projections[k];
            if (projection.target != *target) continue;
            const bool has_convolution = std::ranges::any_of(
                projection.stages, [](const LinearStage& s) { return std::holds_alternative<Convolution>(s); });
            // Where no weight is met, a spike still is one addition for each neuron it reaches, such as that of a
            // shortcut. A linear population is the converter's, not the original network's: the addition into its sum
            // has been counted for the spikes, and handing the sum on is no further operation.
            const bool counts_itself = !has_convolution && !is_linear(graph, projection.source);
            // A maximum compares and adds nothing; a spike that it lets pass is counted behind it.
            if (graph.populations[*target].model.role() == PopulationRole::pooling) {
                of_projection[k].assign(to_size(graph.populations[projection.source].shape.size()), 0);
                continue;
            }
            Totals totals = behind[*target];
            totals.resize(to_size(graph.populations[*target].shape.size()), 0);
            for (std::int64_t& total : totals) total += counts_itself ? 1 : 0;
            for (auto stage = projection.stages.rbegin(); stage != projection.stages.rend(); ++stage)
                totals = before(*stage, totals);
            // Empty unless the source is linear, and then nothing is added.
            Totals& source = behind[projection.source];
            for (std::size_t i = 0; i < source.size(); ++i) source[i] += totals[i];
            of_projection[k] = std::move(totals);
        }
    }
    return of_projection;
}

std::int64_t multiply_accumulates(const Projection& projection) {
    std::int64_t count = 0;
    for (const LinearStage& stage : projection.stages) count += multiply_accumulates(stage);
    return count;
}

}  // namespace syncopate
