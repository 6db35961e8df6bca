#include "io/run/layer_replay.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "core/nearest_name.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace syncopate {

namespace {

std::optional<std::size_t> find(const CompiledNetwork& network, const std::string& name) {
    const auto found = std::ranges::find(network.populations, name, &CompiledPopulation::name);
    if (found == network.populations.end()) return std::nullopt;
    return to_size(found - network.populations.begin());
}

[[noreturn]] void fail_unknown(const std::string& file, const CompiledNetwork& network, const std::string& name) {
    std::vector<std::string_view> names;
    for (const CompiledPopulation& population : network.populations) {
        if (population.spikes()) names.emplace_back(population.name);
    }
    const std::string_view near = nearest_name(name, names);
    std::string remedy = near.empty() ? "; there are" : "; did you mean \"" + std::string(near) + "\"?";
    for (std::size_t n = 0; near.empty() && n < names.size(); ++n)
        remedy += (n == 0 ? " " : ", ") + std::string(names[n]);
    throw Error(file + ": layer \"" + name + "\": the network has no such population" + remedy);
}

void require_whole_windows(const RasterHeader& header, const std::string& file) {
    // Ticks that were not recorded would be taken for silence, and the layers behind would answer to something that
    // never happened.
    const TickRange ticks = header.recorded();
    if (ticks == TickRange{0, header.run.T}) return;
    throw Error(file + ": ticks: [" + std::to_string(ticks.begin) + "," + std::to_string(ticks.end) +
                "], a replay needs whole windows, [0," + std::to_string(header.run.T) + "]; record all ticks");
}

}  // namespace

LayerReplay::LayerReplay(const Simulation& simulation, const RasterHeader& header,
                         const std::vector<std::string>& layers, std::string file)
    : simulation_(simulation), file_(std::move(file)) {
    SYNCOPATE_ASSERT(header.run.T == simulation.duration());
    require_whole_windows(header, file_);
    const CompiledNetwork& network = simulation.network();
    for (const std::string& name : layers) {
        const std::size_t layer = find_layer(header, name, file_);
        const auto population = find(network, name);
        if (!population) fail_unknown(file_, network, name);
        if (!network.populations[*population].spikes())
            throw Error(file_ + ": layer \"" + name + "\": the network's population of that name sends no spikes");
        // Layers that were asked for by name must fit; of all others in the file those are taken that the network has,
        // since a raster may have been recorded from an edited network, with relays that this one is without.
        if (!wants(layer)) add_layer(header, layer, *population);
    }
    for (std::size_t l = 0; layers.empty() && l < header.layers.size(); ++l) {
        const auto population = find(network, header.layers[l].name);
        if (population && network.populations[*population].spikes()) add_layer(header, l, *population);
    }
    if (layers_.empty()) {
        std::string names;
        for (const RasterLayer& layer : header.layers) names += (names.empty() ? "" : ", ") + layer.name;
        throw Error(file_ + ": none of its layers (" + names + ") is a population of the network that sends spikes");
    }
    std::vector<ReplayedSpikes> replayed;
    for (const Layer& layer : layers_) replayed.push_back({layer.population, {}});
    live_ = simulation.engine().live_populations(replayed);
}

void LayerReplay::add_layer(const RasterHeader& header, std::size_t layer, std::size_t population) {
    const RasterLayer& recorded = header.layers[layer];
    const Shape& shape = simulation_.network().populations[population].shape;
    // Comparing sizes would not do: ids count C·H·W, so in a layer of other proportions the same id is another place.
    if (recorded.shape != shape) {
        throw Error(file_ + ": layer \"" + recorded.name + "\" has shape " + to_string(recorded.shape) +
                    ", the network's population of that name " + to_string(shape) +
                    "; replay into a network of the same shapes, or choose other layers (--layers)");
    }
    layers_.push_back({.layer = layer, .population = population, .offset = recorded.offset});
}

bool LayerReplay::is_replayed(std::size_t population) const {
    return std::ranges::find(layers_, population, &Layer::population) != layers_.end();
}

bool LayerReplay::wants(std::size_t layer) const {
    return std::ranges::find(layers_, layer, &Layer::layer) != layers_.end();
}

std::optional<std::size_t> LayerReplay::needs_data() const {
    const CompiledNetwork& network = simulation_.network();
    // The input counts as live whenever somebody simulated reads it; who that is has to be named, because replaying
    // that population too is one of the two remedies.
    if (!live_[network.input]) return std::nullopt;
    for (const CompiledProjection& projection : network.projections) {
        const auto target = projection.target;
        if (projection.source == network.input && live_[target]) return target;
    }
    return std::nullopt;
}

void LayerReplay::check_amplitudes(const Layer& layer, const SpikeTrain& spikes) const {
    const CompiledPopulation& population = simulation_.network().populations[layer.population];
    // A file can say anything, but the network was compiled for certain amplitudes: the proof that a tick's sum stays
    // within 32 bits takes the largest one. And of populations that only send 1, no amplitude is stored, so others
    // would become 1 without a word.
    for (std::size_t s = 0; s < spikes.amplitudes.size(); ++s) {
        const std::int32_t amplitude = spikes.amplitudes[s];
        if (population.has_amplitudes ? std::abs(amplitude) <= population.max_amplitude : amplitude == 1) continue;
        throw Error(file_ + ": layer \"" + population.name + "\": neuron " + std::to_string(spikes.ids[s]) +
                    " has a spike of amplitude " + std::to_string(amplitude) + " at tick " +
                    std::to_string(spikes.times[s]) + "; the network's population of that name sends amplitudes " +
                    (population.has_amplitudes ? "up to ±" + std::to_string(population.max_amplitude) : "of 1"));
    }
}

void LayerReplay::check_classes(const RasterSampleInfo& sample) const {
    const std::int64_t classes = simulation_.class_count();
    if (classes == 0) return;
    const auto check = [&](const std::optional<std::int32_t>& number, const char* name) {
        if (!number || (*number >= 0 && *number < classes)) return;
        throw Error(file_ + ": sample " + std::to_string(sample.index) + ": " + name + " " + std::to_string(*number) +
                    ": the network has " + std::to_string(classes) + " classes, from 0 to " +
                    std::to_string(classes - 1) + "; replay into a network of the recorded one's classes");
    };
    check(sample.label, "label");
    check(sample.prediction, "prediction");
}

void LayerReplay::append(std::size_t layer, const SpikeTrain& spikes) {
    const auto found = std::ranges::find(layers_, layer, &Layer::layer);
    SYNCOPATE_ASSERT(found != layers_.end());
    check_amplitudes(*found, spikes);
    SpikeTrain& train = found->train;
    // A layer comes in pieces, and a list of amplitudes that is empty stands for ones. Once a piece has amplitudes,
    // those before it get theirs written out, and the same is done for those after it, or the list would no longer run
    // beside the times. Times become local ones by the recorded offset: in this network the layer may be of another
    // phase, but what happens at a tick of its window does not depend on that.
    if (!spikes.amplitudes.empty()) train.amplitudes.resize(train.times.size(), 1);
    for (const std::int32_t time : spikes.times) train.times.push_back(time - found->offset);
    train.ids.insert(train.ids.end(), spikes.ids.begin(), spikes.ids.end());
    train.amplitudes.insert(train.amplitudes.end(), spikes.amplitudes.begin(), spikes.amplitudes.end());
    if (!train.amplitudes.empty()) train.amplitudes.resize(train.times.size(), 1);
}

SampleOutcome LayerReplay::run(const Sample& sample, Executor& bands, Observer* observer, RunStatistics& statistics) {
    std::vector<Window> windows;
    // What is replayed refers to the windows, so the list must not move while it grows.
    windows.reserve(layers_.size());
    std::vector<ReplayedSpikes> replayed;
    for (Layer& layer : layers_) {
        const CompiledPopulation& population = simulation_.network().populations[layer.population];
        windows.push_back(
            window_of(layer.train, population.shape, {0, simulation_.duration()}, population.has_amplitudes));
        replayed.push_back({layer.population, {&windows.back(), 1}});
        layer.train.clear();
    }
    return simulation_.replay(sample, replayed, bands, observer, statistics);
}

}  // namespace syncopate
