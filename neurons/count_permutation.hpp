#pragma once

#include "core/neuron_dynamics.hpp"
#include "core/random.hpp"
#include "neurons/rearrangement.hpp"

#include <cstdint>
#include <span>

namespace syncopate {

/// The draws of a relay for one stream: a neuron, a channel or the layer.
DrawStream rearrangement_draws(const Rearrangement& rule, const RowSite& site, std::uint32_t stream);

/// Random permutations of the trains of a row whose amplitudes are all 1, from how many spikes each neuron has: N ticks
/// are drawn without replacement, the first N steps of a Fisher–Yates shuffle from its end. Draws are made for many
/// neurons at once; they are those of rearrangement_draws(rule, site, neuron), and so the result is what the shuffle of
/// each neuron alone gives. A neuron without spikes, or with one at every tick, needs no draw.
void permute_from_counts(const Rearrangement& rule, std::span<const std::int32_t> counts, const RowSite& site,
                         RowTrains& trains);

}  // namespace syncopate
