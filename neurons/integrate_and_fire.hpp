#pragma once

#include "core/neuron_dynamics.hpp"

#include <memory>

namespace syncopate {

/// Integrate-and-fire, synchronous rule (methods.md C.1, G.1–G.4): every tick
///     v ← v + current,   spike if v ≥ v_threshold,   then v ← v − v_threshold, or v ← v_reset.
/// One spike a tick at most, the surplus stays; v is not bounded below; a tie fires.
std::unique_ptr<const NeuronDynamics> make_integrate_and_fire(const IntegrateAndFireParameters& parameters);

}  // namespace syncopate
