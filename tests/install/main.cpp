#include "core/engine/engine.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "topology/compiler/compile.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace {

syncopate::Population population(const std::string& name, syncopate::NeuronModel model) {
    return {.name = name, .id = syncopate::population_id(name), .shape = {.channels = 2}, .model = std::move(model)};
}

}  // namespace

/// Two neurons with a constant current of 0.3 and 0.75 thresholds, for 8 ticks. They start at half a threshold, so they
/// fire floor(0.3 · 8 + 0.5) = 2 and floor(0.75 · 8 + 0.5) = 6 times.
int main() {
    syncopate::LayerGraph graph;
    graph.populations = {population("input", syncopate::DirectCurrent{}),
                         population("neurons", syncopate::IntegrateAndFire{}),
                         population("mean", syncopate::ReadOut{})};
    graph.projections = {{.source = 0, .target = 1}, {.source = 1, .target = 2}};

    const syncopate::CompiledNetwork network = syncopate::compile(graph);
    const syncopate::Engine engine(network);
    syncopate::Workspace workspace = engine.make_workspace();
    const auto executor = syncopate::make_serial_executor();
    syncopate::Observer nobody;
    const double step = std::ldexp(1.0, syncopate::input_fraction_bits);
    const std::array input = {static_cast<std::int32_t>(0.3 * step), static_cast<std::int32_t>(0.75 * step)};
    engine.run(workspace, {.input = input, .duration = 8}, *executor, nobody);

    const std::vector<std::int32_t> counts = engine.spike_counts(workspace, 1);
    std::cout << graph.populations[1].name << " fired " << counts[0] << " and " << counts[1] << " times\n";
    return counts == std::vector<std::int32_t>{2, 6} ? 0 : 1;
}
