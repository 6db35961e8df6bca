#include "core/engine/engine_plan.hpp"

#include "core/index.hpp"
#include "core/layout.hpp"

#include <algorithm>
#include <utility>

namespace syncopate {

namespace {

constexpr std::size_t bytes_per_neuron = sizeof(Charge) + 2 * sizeof(std::int32_t);
constexpr std::size_t bytes_per_wide_neuron = 3 * sizeof(Charge);

ProjectionPlan plan_projection(const CompiledNetwork& network, const CompiledProjection& projection,
                               const PlanOptions& options) {
    const CompiledPopulation& source = network.populations[projection.source];
    const CompiledPopulation& target = network.populations[projection.target];
    ProjectionPlan plan;
    plan.source = projection.source;
    plan.delay = projection.delay;
    plan.shift = projection.shift;
    plan.product_shift = projection.product_shift;
    plan.largest_sum = projection.largest_sum;
    plan.carries_values = source.is_linear();
    for (const Routing& routing : projection.routing) plan.routing.emplace_back(routing);
    plan.source_shape = source.shape;
    plan.input = plan.routing.empty() ? source.shape : plan.routing.back().output();
    if (target.is_pooling()) return plan;
    const DeliveryKind& kind = choose_delivery(*projection.synapses, target.shape, options.delivery);
    plan.kind = kind.name;
    plan.delivery = options.store != nullptr ? options.store->prepared(kind, projection.synapses, target.shape)
                                             : kind.prepare(*projection.synapses, target.shape);
    return plan;
}

/// Rows of currents must hold the margins of every projection that scatters into them.
void lay_out_rows(PopulationPlan& plan, const std::vector<ProjectionPlan>& projections, const Shape& shape) {
    plan.row_size = Layout(shape).row_size();
    std::size_t margin_right = 0;
    for (const auto* group : {&plan.incoming, &plan.analogue}) {
        for (const std::size_t p : *group) {
            if (projections[p].delivery == nullptr) continue;
            const Margins margins = projections[p].delivery->margins();
            plan.margin_left = std::max(plan.margin_left, margins.left);
            margin_right = std::max(margin_right, margins.right);
        }
    }
    // A row begins at a multiple of a block, as runs of weights are filled up to whole blocks: then they lie alike in
    // every row.
    const std::size_t used = plan.margin_left + plan.row_size + margin_right;
    plan.row_stride = (used + sums_per_block - 1) / sums_per_block * sums_per_block;
    for (const std::size_t p : plan.analogue)
        plan.analogue_reach.push_back(projections[p].delivery->reach(0, shape.height));
}

void cut_into_bands(PopulationPlan& plan, const std::vector<ProjectionPlan>& projections, std::int32_t rows,
                    std::size_t rows_per_band) {
    // A row may be larger than the cache on its own; then a band is one row, because kernels deliver whole rows.
    const auto step = static_cast<std::int32_t>(std::max<std::size_t>(1, rows_per_band));
    for (std::int32_t first = 0; first < rows; first += step) {
        Band band{first, std::min(rows, first + step), {}};
        for (const std::size_t p : plan.incoming) {
            if (projections[p].delivery != nullptr)
                band.reach.push_back(projections[p].delivery->reach(band.first_row, band.last_row));
        }
        plan.band_rows.push_back(first);
        plan.bands.push_back(std::move(band));
    }
    plan.band_rows.push_back(rows);
}

/// Whether a population that passes on what it takes can do so at once, if nobody wants its single ticks.
bool passes_on_sums(const CompiledPopulation& population) {
    if (population.is_pooling()) return population.pooling->keeps_largest_sum() && !population.has_amplitudes;
    return population.is_linear();
}

/// A linear population needs only the sum of its window if its targets do, and so do pooling neurons that keep counts.
void coalesce_passing(const CompiledNetwork& network, EnginePlan& plan) {
    // Backwards, because whether such a population may wait depends on its targets, which may be of the same kind.
    // Where a delay closes a cycle, a target's answer is not there yet; it then counts as no, which only costs time.
    for (auto p = network.order.rbegin(); p != network.order.rend(); ++p) {
        if (!passes_on_sums(network.populations[*p])) continue;
        plan.populations[*p].is_coalesced =
            std::ranges::all_of(network.projections, [&](const CompiledProjection& projection) {
                return projection.source != *p ||
                       (projection.delay == 0 && plan.populations[projection.target].is_coalesced);
            });
    }
}

/// Who needs only the sum of its window, and of whom nobody needs more than counts.
void plan_coalescing(const CompiledNetwork& network, EnginePlan& plan) {
    for (std::size_t p = 0; p < plan.populations.size(); ++p) {
        const CompiledPopulation& population = network.populations[p];
        plan.populations[p].is_coalesced = population.second_phase != nullptr ||
                                           (population.is_read_out() && population.phase > 0) ||
                                           (population.is_relay() && population.rearrangement->needs_counts_only());
        // Assumed of everybody first, then taken back from whoever has a reader that wants more than counts.
        plan.populations[p].is_counted = !population.has_amplitudes;
    }
    coalesce_passing(network, plan);
    for (const CompiledProjection& projection : network.projections) {
        if (!plan.populations[projection.target].is_coalesced || projection.delay > 0)
            plan.populations[projection.source].is_counted = false;
    }
}

TickCurrents plan_tick_bias(const CompiledTickBias& bias, const Shape& shape) {
    TickCurrents currents{.channels = to_size(shape.channels), .values = bias.values};
    currents.sums.resize(currents.channels, 0);
    for (std::size_t i = 0; i < bias.values.size(); ++i) currents.sums.push_back(currents.sums[i] + bias.values[i]);
    return currents;
}

}  // namespace

EnginePlan plan_engine(const CompiledNetwork& network, const PlanOptions& options) {
    EnginePlan plan;
    plan.populations.resize(network.populations.size());
    for (const CompiledProjection& projection : network.projections) {
        const CompiledPopulation& source = network.populations[projection.source];
        const bool is_analogue = source.role == PopulationRole::constant_current;
        PopulationPlan& target = plan.populations[projection.target];
        (is_analogue ? target.analogue : target.incoming).push_back(plan.projections.size());
        plan.projections.push_back(plan_projection(network, projection, options));
        if (is_analogue) continue;
        std::vector<std::int64_t>& fan_out = plan.populations[projection.source].fan_out;
        fan_out.resize(projection.fan_out.size(), 0);
        const Layout source_layout(source.shape);
        // Summed over all projections here, so that counting operations is one product for each neuron afterwards,
        // however many targets it has.
        for (std::size_t i = 0; i < fan_out.size(); ++i) fan_out[source_layout.place_of(i)] += projection.fan_out[i];
    }
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        const CompiledPopulation& population = network.populations[p];
        PopulationPlan& layout = plan.populations[p];
        layout.bias = Layout(population.shape).laid_out(std::span(population.bias));
        if (population.tick_bias) layout.tick_bias = plan_tick_bias(*population.tick_bias, population.shape);
        if (population.dynamics != nullptr || population.is_pooling()) layout.kernel = &choose_kernel(population);
        lay_out_rows(layout, plan.projections, population.shape);
        // A read-out is watched tick by tick, so it is advanced in one piece.
        const std::size_t neuron_bytes = population.is_wide ? bytes_per_wide_neuron : bytes_per_neuron;
        const std::size_t rows = population.is_read_out() ? to_size(population.shape.height)
                                                          : options.band_bytes / (layout.row_size * neuron_bytes);
        cut_into_bands(layout, plan.projections, population.shape.height, rows);
        if (population.is_pooling())
            layout.pooling = plan_pooling(population.pool_window, population.shape, layout.band_rows);
    }
    if (options.coalesces) plan_coalescing(network, plan);
    return plan;
}

}  // namespace syncopate
