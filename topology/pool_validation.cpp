#include "topology/pool_validation.hpp"

#include "core/error.hpp"
#include "topology/pool_windows.hpp"
#include "topology/spike_worth.hpp"

#include <cstdint>
#include <vector>

namespace syncopate {

namespace {

[[noreturn]] void fail(const std::string& where, const std::string& what) { throw Error(where + ": " + what); }

/// What the stage does besides moving elements; empty: nothing.
std::string other_than_moves(const LinearStage& stage) {
    if (std::holds_alternative<Convolution>(stage)) return "a convolution";
    if (std::holds_alternative<AveragePool>(stage)) return "an average pool";
    return std::holds_alternative<Scale>(stage) ? "a scale" : "";
}

}  // namespace

void check_pool_window(const Population& population, const std::string& where) {
    const PoolWindow& window = *population.model.pool_window();
    const Shape input = window.input(population.shape);
    // The area before the size, as for shapes of populations.
    if (input.area() > (1 << 30) || input.size() > (1 << 30))
        fail(where, "input " + to_string(input) + ", must have at most 2^30 elements");
    check_windows(window, population.shape, where);
}

void check_pooled(const LayerGraph& graph, const Projection& projection, const std::string& where) {
    const Population& source = graph.populations[projection.source];
    const Population& target = graph.populations[projection.target];
    // An input of analogue values, a linear population: there is no count to compare.
    if (!sends_spikes(source.model)) {
        fail(where, "\"" + source.name + "\" is " + phrase_of(source.model.role()) +
                        " and sends no spikes, of which the pooling layer \"" + target.name +
                        "\" could take the maximum; put neurons that fire before it");
    }
    for (const LinearStage& stage : projection.stages) {
        const std::string other = other_than_moves(stage);
        if (other.empty()) continue;
        fail(where, "the pooling layer \"" + target.name + "\" compares spikes, and " + other +
                        " would weight or sum them before; between the neurons and it they can only be moved (gather)");
    }
}

void check_pool_inputs(const LayerGraph& graph, PopulationIndex population) {
    const Population& pool = graph.populations[population];
    const std::string where = "population \"" + pool.name + "\"";
    std::vector<bool> is_taken(to_size(pool.model.pool_window()->input(pool.shape).size()), false);
    bool has_source = false;
    for (const Projection& projection : graph.projections) {
        if (projection.target != population) continue;
        has_source = true;
        const AmplitudeRange amplitudes = spike_amplitudes(graph, projection.source);
        if (amplitudes.least < 0) {
            fail(where, "\"" + graph.populations[projection.source].name + "\" sends spikes of amplitude " +
                            std::to_string(amplitudes.least) +
                            ", and the maximum of counts is that of values only if no amplitude is below 0; pool "
                            "behind neurons whose spikes are positive");
        }
        const std::vector<std::int32_t> moves = moves_into_pool(graph, projection);
        for (std::size_t i = 0; i < moves.size(); ++i) {
            if (moves[i] < 0) continue;
            if (is_taken[i]) {
                fail(where, "two neurons send to its input " + std::to_string(i) +
                                "; it takes the maximum of spike trains, each from one neuron");
            }
            is_taken[i] = true;
        }
    }
    if (!has_source) fail(where, "a pooling layer needs a projection into it");
    spike_worth(graph, population);  // for its exception
}

}  // namespace syncopate
