#pragma once

#include "core/engine/engine_plan.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

/// The constant current that an analogue input sends through one projection, rounded once for every target neuron.
/// `input`: in steps of 2^-input_fraction_bits, flat C·H·W. Result: channels last, added to `sums` before the rounding.
std::vector<Charge> analogue_products(const ProjectionPlan& projection, const PopulationPlan& target,
                                      const CompiledPopulation& population, std::span<const std::int32_t> input);

}  // namespace syncopate
