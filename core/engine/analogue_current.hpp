#pragma once

#include "core/engine/engine_plan.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

/// The constant current that an analogue input sends through one projection, number `number` of the target's analogue
/// ones, before it is rounded. `input`: in steps of 2^-input_fraction_bits, flat C·H·W. Result: as Layout places
/// neurons.
std::vector<Charge> analogue_products(const EnginePlan& engine, std::size_t number, const PopulationPlan& target,
                                      std::span<const std::int32_t> input);

}  // namespace syncopate
