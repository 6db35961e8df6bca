#include "neurons/models/read_out.hpp"

#include "neurons/integration.hpp"

namespace syncopate {

const ModelInfo& ReadOut::info() {
    static constexpr ModelInfo info = {
        .name = "read_out",
        .role = PopulationRole::read_out,
        .sentence = "Integrates and never fires; the output after t ticks is the mean current",
        .equation = "v ← v + current; output(t) = v / t",
        .source = "Rueckauer et al. 2017, Frontiers in Neuroscience 11:682",
    };
    return info;
}

void ReadOut::compile(CompiledPopulation& population) const { population.dynamics = make_integration(); }

NeuronModel read_out_model() { return ReadOut{}; }

}  // namespace syncopate
