#pragma once

#include "core/compiled_network.hpp"
#include "core/delivery/delivery_store.hpp"
#include "core/delivery/routing.hpp"
#include "core/engine/band_kernel.hpp"
#include "core/engine/base_current.hpp"
#include "core/engine/pooling_plan.hpp"
#include "core/index.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace syncopate {

/// A projection laid out for delivery.
struct ProjectionPlan {
    PopulationIndex source;
    Tick delay = 0;
    std::int32_t shift = 0;          // as of CompiledProjection
    std::int32_t product_shift = 0;  // likewise
    double largest_sum = 0.0;        // likewise
    bool carries_values = false;     // its source is linear
    std::vector<RoutingPlan> routing;
    std::shared_ptr<const Delivery> delivery;  // none into pooling neurons, which take spikes as they are
    std::string_view kind;                     // of the delivery
    Shape source_shape;
    Shape input;  // of the synapses, behind the routing
};

/// Neighbouring rows of a population that one piece of work advances; small enough that potentials and currents stay in
/// the first-level cache over all ticks of a window.
struct Band {
    std::int32_t first_row = 0;
    std::int32_t last_row = 0;
    std::vector<BandReach> reach;  // of every incoming projection
};

/// A population laid out for the engine: rows of currents with margins beside them.
struct PopulationPlan {
    std::vector<std::size_t> incoming;  // projections that carry spikes or values: positions in EnginePlan::projections
    std::vector<std::size_t> analogue;  // those from a constant current
    std::vector<BandReach> analogue_reach;  // of each of these, into the whole population
    std::size_t row_size = 0;               // neurons
    std::size_t row_stride = 0;             // currents
    std::size_t margin_left = 0;
    std::vector<Band> bands;
    std::vector<std::int32_t> band_rows;  // first row of every band, and the number of rows
    std::vector<Charge> bias;             // channels last
    TickCurrents tick_bias;
    std::vector<std::int64_t> fan_out;   // synaptic operations of a spike of every neuron, channels last
    const BandKernel* kernel = nullptr;  // that advances it tick by tick; none: it takes no current
    std::optional<PoolingPlan> pooling;  // of pooling neurons
    bool is_coalesced = false;           // takes the sums of its window in one delivery
    bool is_counted = false;             // all that its targets need is how often each neuron spiked
};

struct EnginePlan {
    std::vector<PopulationPlan> populations;
    std::vector<ProjectionPlan> projections;
};

/// What decides how a network is laid out. None of it changes a bit.
struct PlanOptions {
    std::size_t band_bytes = 24 * 1024;  // potentials and currents of a band are kept below this, a row at least
    bool coalesces = true;  // whether populations that need only the sum of their window take it in one delivery
    std::string_view delivery = {};  // the kind that delivers wherever it can; else the cheapest
    DeliveryStore* store = nullptr;  // deliveries that other networks have prepared, and those of this one for others
};

EnginePlan plan_engine(const CompiledNetwork& network, const PlanOptions& options);

}  // namespace syncopate
