#pragma once

#include "core/neuron_dynamics.hpp"

#include <memory>

namespace syncopate {

/// Read-out: v ← v + current every tick; never fires. The network's output at t is v(t) / t (methods.md G.12, G.13).
std::unique_ptr<const NeuronDynamics> make_read_out();

}  // namespace syncopate
