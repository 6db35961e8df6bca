#pragma once

#include "core/charge.hpp"
#include "core/engine/band.hpp"
#include "core/engine/base_current.hpp"
#include "core/spikes/event_queue.hpp"
#include "core/tick.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace syncopate {

/// One population of a sample in flight. Arrays are laid out row by row, channels innermost.
struct PopulationState {
    Tick now = 0;  // ticks before it are done
    std::vector<Charge> potential;
    BaseCurrent<std::int32_t> base;
    BaseCurrent<Charge> wide_base;  // the same, of a wide population
    std::vector<std::int32_t> spike_counts;
    std::vector<Charge> pooled_sums;     // of pooling neurons: what every input has sent so far, band by band
    std::vector<Charge> pooled_largest;  // likewise: the largest of those that each neuron sees
    OpenWindow open{0, false};           // the window being filled
    ValueWindow values;                  // that of a linear population
    std::vector<Charge>
        carry;                // of a linear population that hands on fewer bits than it sums: what is not handed on yet
    double tick_bound = 0.0;  // of a wide population: no tick's spikes and constant current bring more
    double window_bound = 0.0;  // of a wide population: no potential can be larger, in magnitude
    bool is_counted = false;    // in this run, nobody wants more of its spikes than how many there are
    bool is_live = true;        // false: its spikes are given, or nobody needs them
};

/// The state of one sample in flight, and scratch memory; reused for sample after sample. Two samples at a time need
/// two workspaces. Made by Engine::make_workspace.
struct Workspace {
    std::vector<PopulationState> populations;
    EventQueue queue{0};
    std::vector<BandScratch> scratch;       // of every band worker
    std::vector<std::vector<Charge>> sums;  // of every incoming projection of the population being advanced
};

}  // namespace syncopate
