#pragma once

#include "core/engine/engine_plan.hpp"
#include "core/engine/observer.hpp"
#include "core/spikes/event_queue.hpp"
#include "core/spikes/row_trains.hpp"
#include "core/spikes/window.hpp"

#include <hwy/aligned_allocator.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

struct PopulationState;

/// A spike that reaches pooling neurons.
struct PooledEvent {
    std::int32_t y = 0;          // of the input
    std::uint32_t position = 0;  // in its row
    std::int32_t amplitude = 0;
    Charge sum = 0;  // of all that this input has sent, now included
};

/// A pooling neuron at a tick at which something reaches it.
struct PooledNeuron {
    PooledTick tick;
    std::uint64_t winner = 0;  // place of the input that leads, in the order of rows
};
inline constexpr std::uint64_t no_winner = ~std::uint64_t{0};

/// Memory of one band worker.
struct BandScratch {
    hwy::AlignedFreeUniquePtr<std::int32_t[]> current;
    std::size_t current_size = 0;
    std::vector<std::uint64_t> fired;
    std::vector<RowTrains> trains;                        // of a band's rows
    std::vector<Charge> sums;                             // of a whole window, rows with margins
    std::vector<SumRow<Charge>> whole_rows;               // where the target rows of one projection lie in `sums`
    std::vector<std::vector<SumRow<std::int32_t>>> rows;  // those of every incoming projection, in `current`
    std::vector<std::vector<SumRow<Charge>>> wide_rows;   // the same for a wide population, in `sums`
    std::vector<Charge> values;                           // of one source row
    std::vector<PooledEvent> pooled_events;               // of a tick
    std::vector<PooledNeuron> pooled;                     // of a band
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
    std::span<const std::vector<Charge>> sums = {};    // of a whole window, that every inlet brings
    PopulationProbe* probe = nullptr;
    Observer* read_out = nullptr;  // told of every tick from read_out_from on; only for read-outs
    Tick read_out_from = 0;
    std::size_t index = 0;  // of the population
};

/// A band's sums of 64 bits, all 0, in the scratch.
BandSums<Charge> band_sums(const BandContext& context, const Band& band, BandScratch& scratch);

}  // namespace syncopate
