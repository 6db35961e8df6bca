#pragma once

#include "core/charge.hpp"
#include "core/compiled_network.hpp"

#include <optional>

namespace syncopate {

/// When a neuron fires and what is left of its potential, in fixed point.
struct FiringCharge {
    Charge v_threshold = 0;
    std::optional<Charge> v_reset = {};  // none: reset by subtraction
};

/// In the fixed point of the population, whose record (CompiledPopulation::model) it is entered in. `v_reset`: in
/// thresholds.
FiringCharge make_firing_charge(const std::optional<double>& v_reset, CompiledPopulation& population);

}  // namespace syncopate
