#pragma once

#include "neurons/neuron_model.hpp"

namespace syncopate {

/// Withholds the window of one other population and sends its spikes again, rearranged, in the next; a spike is worth
/// what its source's is.
struct Relay {
    Rearrangement rule = {};

    static const ModelInfo& info();
    void visit(ParameterVisitor& visitor);
    bool has_chance() const { return rule->has_chance(); }
    const Rearrangement* rearrangement() const { return &rule; }
    void compile(CompiledPopulation& population) const;
};

}  // namespace syncopate
