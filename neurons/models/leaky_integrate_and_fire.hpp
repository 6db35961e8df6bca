#pragma once

#include "neurons/neuron_model.hpp"

#include <optional>
#include <vector>

namespace syncopate {

/// Leaky integrate-and-fire, synchronous rule (METHODS.md, Leaky integrate-and-fire): every tick
///     v ← λ·v + current,   spike if v ≥ v_threshold,   then v ← v − v_threshold, or v ← v_reset,   λ = 1 − 1/τ:
/// the exponential decay with time constant τ, stepped a tick at a time. λ is the nearest multiple of 2^-24 (so 1/τ is
/// exact to 2^-25), and λ·v is rounded to the nearest fixed-point number, a tie upwards; no other rounding takes place.
/// At τ = 1 nothing is left of a tick in the next; the longer τ, the nearer the neuron comes to IntegrateAndFire.
struct LeakyIntegrateAndFire {
    std::vector<double> v_threshold = {1.0};  // θ, one value or one for each channel, > 0, in units of the activation
    double tau = 20.0;                        // τ, in ticks
    double v_init = 0.5;                      // in thresholds
    std::optional<double> v_reset = {};       // in thresholds; none: reset by subtraction

    static const ModelInfo& info();
    void visit(ParameterVisitor& visitor);
    void compile(CompiledPopulation& population) const;
};

}  // namespace syncopate
