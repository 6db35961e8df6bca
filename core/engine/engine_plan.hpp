#pragma once

#include "core/compiled_network.hpp"
#include "core/delivery/routing.hpp"
#include "core/delivery/scatter_plan.hpp"

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

namespace syncopate {

/// A projection laid out for delivery.
struct ProjectionPlan {
    std::int32_t source = 0;
    Tick delay = 0;
    std::int32_t shift = 0;          // as of CompiledProjection
    std::int32_t product_shift = 0;  // likewise
    double largest_sum = 0.0;        // likewise
    bool carries_values = false;     // its source is linear
    std::vector<RoutingPlan> routing;
    std::variant<ScatterPlan, SparsePlan> synapses;
    Shape source_shape;
    Shape input;  // of the synapses, behind the routing
};

/// A source row that reaches into a band, and where: target_rows[begin] … target_rows[end − 1] of the band.
struct BandSource {
    std::int32_t y = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

/// What one scattered projection sends into one band of its target.
struct BandReach {
    std::vector<BandSource> sources;
    std::vector<TargetRow> target_rows;  // y counts from the band's first row
};

/// Neighbouring rows of a population that one piece of work advances; small enough that potentials and currents stay in
/// the first-level cache over all ticks of a window.
struct Band {
    std::int32_t first_row = 0;
    std::int32_t last_row = 0;
    std::vector<BandReach> reach;  // of every incoming spiking projection; empty for sparse ones
};

/// A population laid out for the engine: rows of currents with margins beside them.
struct PopulationPlan {
    std::vector<std::size_t>
        incoming;  // all others, which carry spikes or values: positions in EnginePlan::projections
    std::vector<std::size_t> analogue;  // projections from a direct-current input
    std::size_t row_size = 0;           // neurons
    std::size_t row_stride = 0;         // currents
    std::size_t margin_left = 0;
    std::vector<Band> bands;
    std::vector<std::int32_t> band_rows;  // first row of every band, and the number of rows
    std::vector<Charge> bias;             // channels last
    std::vector<std::int64_t> fan_out;    // synaptic operations of a spike of every neuron, channels last
    bool is_coalesced = false;            // takes the sums of its window in one delivery
    bool is_counted = false;              // all that its targets need is how often each neuron spiked
};

struct EnginePlan {
    std::vector<PopulationPlan> populations;
    std::vector<ProjectionPlan> projections;
};

/// `band_bytes`: potentials and currents of a band are kept below this, a row at least. `coalesces`: whether
/// populations that need only the sum of their window take it in one delivery.
EnginePlan plan_engine(const CompiledNetwork& network, std::size_t band_bytes, bool coalesces);

}  // namespace syncopate
