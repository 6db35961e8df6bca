#include "io/run/recorders.hpp"

#include "core/compiled_network.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "core/split.hpp"

#include <algorithm>
#include <charconv>

namespace syncopate {

namespace {

std::size_t find(const LayerGraph& graph, const std::string& name, const std::string& option) {
    try {
        return find_population(graph, name);
    } catch (const Error& error) {
        throw UsageError(option + ": " + error.what());
    }
}

}  // namespace

bool RasterRecorder::wants_spikes(std::size_t population) const {
    return std::ranges::find(populations_, population) != populations_.end();
}

void RasterRecorder::spikes(std::size_t population, const Window& window) {
    // Windows are shown also when they were not asked for: the engine makes them for the network's own readers.
    const auto found = std::ranges::find(populations_, population);
    if (found == populations_.end()) return;
    train_.clear();
    append_spikes(train_, window, network_.populations[population].shape);
    const Tick offset = network_.populations[population].emission_phase() * T_;  // rasters carry global ticks
    for (std::int32_t& time : train_.times) time += offset;
    writer_.append(to_size(found - populations_.begin()), train_);
}

std::vector<RasterLayer> raster_layers(const CompiledNetwork& network, const std::vector<std::size_t>& populations,
                                       Tick T) {
    std::vector<RasterLayer> layers;
    for (const std::size_t p : populations) {
        const CompiledPopulation& population = network.populations[p];
        layers.push_back({population.name, population.shape, population.v_threshold, population.emission_phase() * T});
    }
    return layers;
}

std::vector<std::size_t> parse_populations(const std::string& text, const LayerGraph& graph) {
    std::vector<std::size_t> chosen;
    if (text == "all") {
        for (const PopulationIndex p : topological_order(graph)) {
            if (sends_spikes(graph.populations[p].model)) chosen.push_back(p);
        }
        return chosen;
    }
    for (const std::string_view part : split(text, ',')) {
        const std::string name(part);
        const std::size_t p = find(graph, name, "--record");
        if (!sends_spikes(graph.populations[p].model))
            throw UsageError("--record: population \"" + name + "\" sends no spikes");
        // The names of a raster's layers differ, or a reader could not tell which of two is meant.
        if (std::ranges::find(chosen, p) != chosen.end())
            throw UsageError("--record: population \"" + name + "\" is named twice");
        chosen.push_back(p);
    }
    return chosen;
}

PopulationProbe parse_probe(const std::string& text, const LayerGraph& graph) {
    // The last colon: a relay is called by its source and its rule, as in conv1~rotate:2.
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos)
        throw UsageError("--probe " + text + ": expected a population and neurons, as in conv1:17,204");
    PopulationProbe probe{find(graph, text.substr(0, colon), "--probe"), {}};
    const Population& population = graph.populations[probe.population];
    const PopulationRole role = population.model.role();
    if (role != PopulationRole::neurons && role != PopulationRole::pooling && role != PopulationRole::read_out)
        throw UsageError("--probe " + text + ": " + phrase_of(role) + " has no membrane potential");
    for (const std::string_view part : split(std::string_view(text).substr(colon + 1), ',')) {
        const std::string number(part);
        std::int32_t neuron = -1;
        const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), neuron);
        // from_chars stops at the first character that is no digit and calls that success, hence the test of where it
        // stopped: 1.5 or 1-3 would be read as neuron 1.
        if (error != std::errc{} || end != number.data() + number.size() || neuron < 0 ||
            neuron >= population.shape.size()) {
            throw UsageError("--probe " + text + ": neuron \"" + number + "\", must be from 0 to " +
                             std::to_string(population.shape.size() - 1) + " (" + to_string(population.shape) + ")");
        }
        const bool is_twice =
            std::ranges::any_of(probe.traces, [&](const NeuronTrace& t) { return t.neuron == neuron; });
        if (is_twice) throw UsageError("--probe " + text + ": neuron " + number + " is named twice");
        probe.traces.push_back({neuron, {}, {}, {}, {}});
    }
    return probe;
}

}  // namespace syncopate
