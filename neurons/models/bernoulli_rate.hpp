#pragma once

#include "neurons/neuron_model.hpp"

#include <cstdint>
#include <vector>

namespace syncopate {

/// (METHODS.md, Encoders and read-out) The input as spikes of amplitude sign(x), drawn at every tick with probability
/// min(|x| / maximum, 1). A draw is compared in integers, and left out where the outcome is certain.
struct BernoulliRate {
    double maximum = 1.0;             // > 0, in units of the preprocessed input
    std::int32_t input_exponent = 0;  // maximum ≤ max_input · 2^input_exponent

    static const ModelInfo& info();
    void visit(ParameterVisitor& visitor);
    bool has_chance() const { return true; }
    AmplitudeRange amplitudes() const { return {-1, 1}; }
    std::vector<double> spike_worth() const { return {maximum}; }
    std::optional<std::string> complaint() const;
    void compile(CompiledPopulation& population) const;
};

}  // namespace syncopate
