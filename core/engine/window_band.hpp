#pragma once

#include "core/engine/band.hpp"

#include <cstddef>

namespace syncopate {

/// What a population does that has its whole window of input: one band of it sends a whole window of spikes.

/// The second phase of two-phase neurons. Writes the band's potentials, counts and segment (unless the context has no
/// open window: then only counts), and the scratch.
void fire_band(const BandContext& context, DrawKey key, std::size_t band, BandScratch& scratch);

/// A relay: takes its source's spikes, rearranges them and sends them. Writes the band's counts and segment, and the
/// scratch. Requires: one inlet, without routing.
void relay_band(const BandContext& context, DrawKey key, std::size_t band, BandScratch& scratch);

}  // namespace syncopate
