#pragma once

#include "core/charge.hpp"
#include "core/engine/band.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace syncopate {

/// Coalescing (DESIGN.md, section 5): a population that needs only the sum of its window takes one delivery of counts
/// instead of one delivery of spikes for each tick. Sums are exact, so the result is the same.

/// What a source has sent over the whole window, as far as it is known without the event queue.
struct SentSums {
    std::span<const std::int32_t> counts;  // spikes of every neuron, if they say it all
    std::span<const Charge> values;        // of a linear source
};

/// What one incoming projection brings over a window: for every position of its synapses' input, row by row with
/// channels innermost, the sum of the amplitudes that arrive there in ticks 0 … duration − 1 of the target, times
/// 2^shift. The queue is read unless `sent` says it.
void sum_window(const ProjectionPlan& projection, const EventQueue& queue, const SentSums& sent, Tick duration,
                std::vector<Charge>& sums);

}  // namespace syncopate
