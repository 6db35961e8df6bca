#pragma once

#include "neurons/neuron_model.hpp"

namespace syncopate {

/// Integrates and never fires; the output at t is v(t) / t, the mean of ticks 1…t (METHODS.md, Encoders and read-out).
struct ReadOut {
    static const ModelInfo& info();
    void visit(ParameterVisitor&) {}
    void compile(CompiledPopulation& population) const;
};

}  // namespace syncopate
