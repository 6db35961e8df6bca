#include "neurons/models/linear.hpp"

#include "neurons/integration.hpp"

namespace syncopate {

const ModelInfo& Linear::info() {
    static constexpr ModelInfo info = {
        .name = "linear",
        .role = PopulationRole::linear,
        .sentence = "Hands the sum of its currents and its bias on as a value, within the tick; sends no spikes",
        .equation = "value(t) = current(t) + bias",
        .source = "DESIGN.md, section 4",
    };
    return info;
}

/// Its potential is the sum of what it has handed on.
void Linear::compile(CompiledPopulation& population) const { population.dynamics = make_integration(); }

NeuronModel linear_model() { return Linear{}; }

}  // namespace syncopate
