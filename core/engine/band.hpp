#pragma once

#include "core/engine/engine_plan.hpp"
#include "core/spikes/event_queue.hpp"
#include "core/engine/observer.hpp"
#include "core/spikes/row_trains.hpp"
#include "core/delivery/scatter.hpp"
#include "core/spikes/window.hpp"

#include <hwy/aligned_allocator.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

struct PopulationState;

/// Memory of one band worker.
struct BandScratch {
    hwy::AlignedFreeUniquePtr<std::int32_t[]> current;
    std::size_t current_size = 0;
    std::vector<std::uint64_t> fired;
    std::vector<RowTrains> trains;                   // of a band's rows
    std::vector<Charge> sums;                        // of a whole window, rows with margins
    std::vector<ProductRow> product_rows;            // reused
    std::vector<std::vector<CurrentRow>> rows;       // of every incoming projection: where its target rows lie
    std::vector<std::vector<ProductRow>> wide_rows;  // the same for a wide population, whose currents are in `sums`
    std::vector<Charge> values;                      // of one source row
};

/// Where the spikes, or values, of one incoming projection are found: in the source's lane of the event queue, or
/// already routed.
class Inlet {
public:
    Inlet(const ProjectionPlan& projection, const EventQueue& queue) : projection_(&projection), queue_(&queue) {}

    /// Routes the source's spikes of the target's `ticks`, if the projection has a routing.
    void route(TickRange ticks);

    const ProjectionPlan& projection() const { return *projection_; }
    /// The window that holds the spikes of a source tick. Requires: the tick is not negative and before the horizon.
    const Window& window_at(Tick source_tick) const;
    /// The same for the values of a linear source.
    const ValueWindow& values_at(Tick source_tick) const;

private:
    void route_values(TickRange source_ticks);

    const ProjectionPlan* projection_;
    const EventQueue* queue_;
    Window routed_;
    ValueWindow routed_values_;
    bool is_routed_ = false;
};

/// Everything that the bands of one population share while it advances over some ticks.
struct BandContext {
    const CompiledPopulation& population;
    const PopulationPlan& plan;
    TickRange ticks;
    std::span<const Inlet> inlets;  // of every incoming projection
    PopulationState& state;
    OpenWindow* open = nullptr;                        // none: spikes are counted, not sent
    std::span<const std::int32_t> source_counts = {};  // of a relay that needs no more
    PopulationProbe* probe = nullptr;
    Observer* read_out = nullptr;  // told of every tick from read_out_from on; only for read-outs
    Tick read_out_from = 0;
    std::size_t index = 0;  // of the population
};

/// Advances one band over the context's ticks: for each tick, sums the events that reach it, updates its neurons,
/// writes what fired. Writes the band's potentials, counts, traces and segment, and the scratch; reads sealed windows.
void advance_band(const BandContext& context, std::size_t band, BandScratch& scratch);

}  // namespace syncopate
