#pragma once

#include "neurons/neuron_model.hpp"

#include <optional>
#include <vector>

namespace syncopate {

/// Integrate-and-fire, synchronous rule (METHODS.md, Integrate-and-fire): every tick
///     v ← v + current,   spike if v ≥ v_threshold,   then v ← v − v_threshold, or v ← v_reset.
/// One spike a tick at most, the surplus stays; v is not bounded below; a tie fires.
struct IntegrateAndFire {
    std::vector<double> v_threshold = {1.0};  // θ, one value or one for each channel, > 0, in units of the activation
    double v_init = 0.5;                      // in thresholds
    std::optional<double> v_reset = {};       // in thresholds; none: reset by subtraction

    static const ModelInfo& info();
    void visit(ParameterVisitor& visitor);
    void compile(CompiledPopulation& population) const;
};

}  // namespace syncopate
