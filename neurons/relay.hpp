#pragma once

#include "core/neuron_dynamics.hpp"
#include "neurons/rearrangement.hpp"

#include <memory>

namespace syncopate {

/// A relay: withholds the window of its source and sends it again, rearranged, in the next. Draws belong to the relay,
/// the sample (none, if the rule is fixed) and the neuron, channel or layer that a permutation is for.
std::unique_ptr<const TrainRearrangement> make_relay(const Rearrangement& rule);

}  // namespace syncopate
