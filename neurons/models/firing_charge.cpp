#include "neurons/models/firing_charge.hpp"

namespace syncopate {

FiringCharge make_firing_charge(const std::optional<double>& v_reset, CompiledPopulation& population) {
    FiringCharge charge{Charge{1} << population.fraction_bits, std::nullopt};
    population.model.numbers = {{"v_threshold", charge.v_threshold}};
    if (!v_reset) return charge;
    charge.v_reset = to_charge(*v_reset, population.fraction_bits);
    population.model.numbers.emplace("v_reset", *charge.v_reset);
    return charge;
}

}  // namespace syncopate
