#include "neurons/models/direct_current.hpp"

#include "neurons/models/input_exponent.hpp"

#include <cmath>

namespace syncopate {

const ModelInfo& DirectCurrent::info() {
    static constexpr ModelInfo info = {.name = "direct_current",
                                       .role = PopulationRole::constant_current,
                                       .sentence = "The analogue input as a constant current of every tick",
                                       .equation = "current = weights · x, at every tick",
                                       .source = "Rueckauer et al. 2017, Frontiers in Neuroscience 11:682",
                                       .takes_bias = false};
    return info;
}

void DirectCurrent::visit(ParameterVisitor& visitor) { visitor.whole(input_exponent_info, input_exponent); }

std::vector<double> DirectCurrent::spike_worth() const { return {std::ldexp(1.0, input_exponent)}; }

void DirectCurrent::compile(CompiledPopulation&) const {}

NeuronModel direct_current_model() { return DirectCurrent{}; }

}  // namespace syncopate
