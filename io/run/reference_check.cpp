#include "io/run/reference_check.hpp"

#include "core/engine/engine.hpp"
#include "core/engine/executor.hpp"
#include "core/index.hpp"

namespace syncopate {

namespace {

/// Spikes of every population as dense amplitudes.
class DenseRecorder final : public Observer {
public:
    DenseRecorder(const CompiledNetwork& network, Tick duration) : network_(network) {
        for (const CompiledPopulation& population : network.populations) {
            amplitudes.emplace_back(to_size(duration), std::vector<std::int32_t>(to_size(population.shape.size()), 0));
        }
    }
    void spikes(std::size_t population, const Window& window) override {
        SpikeTrain train;
        append_spikes(train, window, network_.populations[population].shape);
        for (std::size_t s = 0; s < train.times.size(); ++s) {
            const std::int32_t amplitude = train.amplitudes.empty() ? 1 : train.amplitudes[s];
            amplitudes[population][to_size(train.times[s])][to_size(train.ids[s])] = amplitude;
        }
    }
    std::vector<std::vector<std::vector<std::int32_t>>> amplitudes;

private:
    const CompiledNetwork& network_;
};

std::string place(const CompiledPopulation& population, std::size_t neuron) {
    const auto n = static_cast<std::int64_t>(neuron);
    const Shape& s = population.shape;
    return "population \"" + population.name + "\", neuron " + std::to_string(n) + " (channel " +
           std::to_string(n / s.area()) + ", y " + std::to_string(n % s.area() / s.width) + ", x " +
           std::to_string(n % s.width) + ")";
}

}  // namespace

std::optional<std::string> first_difference(const Simulation& simulation, const Sample& sample,
                                            const ReferenceSimulator& reference) {
    const CompiledNetwork& network = simulation.network();
    const std::vector<std::int32_t> input = to_fixed_input(sample.values, network.input_exponent);
    const ReferenceRun expected = reference(network, input, simulation.duration(), simulation.key(sample));
    const auto serial = make_serial_executor();
    Workspace workspace = simulation.engine().make_workspace();
    DenseRecorder recorder(network, simulation.duration());
    simulation.engine().run(workspace,
                            {.input = input, .duration = simulation.duration(), .key = simulation.key(sample)}, *serial,
                            recorder);
    // Ticks outermost, populations in the order in which they are served: among populations of one phase what is
    // reported is then the cause, and all other differences may follow from it. With populations outermost, on a cycle,
    // a late wrong spike of the first population would hide the earlier one of the second that brought it about.
    for (Tick tick = 0; tick < simulation.duration(); ++tick) {
        for (const PopulationIndex p : network.order) {
            const auto& own = recorder.amplitudes[p][to_size(tick)];
            const auto& other = expected.amplitudes[p][to_size(tick)];
            for (std::size_t i = 0; i < own.size(); ++i) {
                if (own[i] == other[i]) continue;
                return "sample " + std::to_string(sample.index) + ", tick " + std::to_string(tick) + ", " +
                       place(network.populations[p], i) + ": the engine sends " + std::to_string(own[i]) +
                       ", the reference simulator " + std::to_string(other[i]);
            }
        }
    }
    // Equal spikes are not enough: charge that is off by less than a threshold shows only in longer windows, and a
    // read-out never spikes.
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        const std::vector<Charge> own = simulation.engine().potentials(workspace, p);
        for (std::size_t i = 0; i < own.size(); ++i) {
            if (own[i] == expected.potentials[p][i]) continue;
            return "sample " + std::to_string(sample.index) + ", after the last tick, " +
                   place(network.populations[p], i) + ": the engine's membrane potential is " + std::to_string(own[i]) +
                   ", the reference simulator's " + std::to_string(expected.potentials[p][i]) + " (fixed point)";
        }
    }
    return std::nullopt;
}

}  // namespace syncopate
