#pragma once

#include "core/random/row_site.hpp"
#include "core/spikes/row_trains.hpp"
#include "neurons/rules/rule_draws.hpp"

#include <cstdint>
#include <span>

namespace syncopate {

/// Random permutations of the trains of a row whose amplitudes are all 1, from how many spikes each neuron has: N ticks
/// are drawn without replacement, the first N steps of a Fisher–Yates shuffle from its end. Draws are made for many
/// neurons at once; they are those of draws.stream(site, neuron), and so the result is what the shuffle of
/// each neuron alone gives. A neuron without spikes, or with one at every tick, needs no draw.
void permute_from_counts(const RelayDraws& draws, std::span<const std::int32_t> counts, const RowSite& site,
                         RowTrains& trains);

}  // namespace syncopate
