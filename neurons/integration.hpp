#pragma once

#include "core/neuron_dynamics.hpp"

#include <memory>

namespace syncopate {

/// v ← v + current every tick, and nobody fires: the update of read-outs, of the first phase of neurons that hold their
/// window, and of linear populations, whose potential is the sum of what they have handed on.
std::unique_ptr<const NeuronDynamics> make_integration();

}  // namespace syncopate
