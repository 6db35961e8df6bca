#pragma once

#include "neurons/neuron_model.hpp"

namespace syncopate {

/// Hands the sum of its currents and its bias on as a value, within the tick; it has no potential and sends no spikes.
/// What several projections would have to repeat, or what would compose to far more synapses than its stages have, is
/// summed here once (DESIGN.md, section 4, has the arithmetic).
struct Linear {
    static const ModelInfo& info();
    void visit(ParameterVisitor&) {}
    void compile(CompiledPopulation& population) const;
};

}  // namespace syncopate
