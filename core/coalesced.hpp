#pragma once

#include "core/band.hpp"
#include "core/charge.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace syncopate {

/// Coalescing (DESIGN.md, section 5): a population that needs only the sum of its window takes one delivery of counts
/// instead of one delivery of spikes for each tick. Sums are exact, so the result is the same.

/// What one incoming projection brings over a window: for every position of its synapses' input, row by row with
/// channels innermost, the sum of the amplitudes that arrive there in ticks 0 … duration − 1 of the target.
/// `source_counts`: spikes of every source neuron over the window, if they say it all; else (empty) the queue is read.
void sum_window(const ProjectionPlan& projection, const EventQueue& queue, std::span<const std::int32_t> source_counts,
                Tick duration, std::vector<Charge>& sums);

/// Adds what the whole window brings to the potentials of a band: the delivery of `sums` (of every incoming projection)
/// and the bias of every tick. Writes the band's potentials and the scratch.
void advance_band_at_once(const BandContext& context, std::span<const std::vector<Charge>> sums, std::size_t band,
                          BandScratch& scratch);

}  // namespace syncopate
