#pragma once

#include "neurons/neuron_model.hpp"

#include <cstdint>
#include <vector>

namespace syncopate {

/// The analogue input as a constant current of every tick ("direct coding"); it sends no spikes.
struct DirectCurrent {
    std::int32_t input_exponent = 0;

    static const ModelInfo& info();
    void visit(ParameterVisitor& visitor);
    std::vector<double> spike_worth() const;
    void compile(CompiledPopulation& population) const;
};

}  // namespace syncopate
