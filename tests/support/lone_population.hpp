#pragma once

#include "neurons/neuron_model.hpp"

#include <cstdint>

namespace syncopate {

/// What a model becomes by itself, with a threshold of 2^fraction_bits.
inline CompiledPopulation lone_population(const NeuronModel& model, std::int32_t fraction_bits,
                                          const Shape& shape = {1, 1, 1}) {
    CompiledPopulation population;
    population.name = "alone";
    population.id = 1;
    population.shape = shape;
    population.fraction_bits = fraction_bits;
    model.compile(population);
    return population;
}

}  // namespace syncopate
