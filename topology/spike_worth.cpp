#include "topology/spike_worth.hpp"

#include "core/error.hpp"
#include "core/number_text.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>

namespace syncopate {

namespace {

// Validation has made sure that relays and pooling neurons have a source and lie on no cycle: what goes back from one
// to its sources finds somebody and ends.

/// Projections into a population.
std::vector<const Projection*> into(const LayerGraph& graph, PopulationIndex population) {
    std::vector<const Projection*> found;
    for (const Projection& projection : graph.projections) {
        if (projection.target == population) found.push_back(&projection);
    }
    return found;
}

/// Of pooling neurons, channel by channel.
class PooledWorth {
public:
    PooledWorth(const LayerGraph& graph, PopulationIndex population)
        : graph_(graph), population_(graph.populations[population]), of_channel_(to_size(population_.shape.channels)) {
        for (const Projection* projection : into(graph, population)) add(*projection);
    }

    std::vector<double> values() const {
        // What nobody sends to never spikes, so that what its spikes would be worth does not matter; it follows the
        // others, so that one value stays one.
        const auto known = std::ranges::find_if(of_channel_, [](const auto& worth) { return worth.has_value(); });
        const double usual = known == of_channel_.end() ? 1.0 : **known;
        std::vector<double> values;
        for (const auto& worth : of_channel_) values.push_back(worth.value_or(usual));
        if (std::ranges::all_of(values, [&](double v) { return v == values.front(); })) values.resize(1);
        return values;
    }

private:
    void add(const Projection& projection) {
        const std::vector<double> worth = spike_worth(graph_, projection.source);
        const std::vector<std::int32_t> moves = moves_into_pool(graph_, projection);
        const std::size_t per_channel = moves.size() / of_channel_.size();
        const std::size_t per_worth = to_size(graph_.populations[projection.source].shape.size()) / worth.size();
        for (std::size_t i = 0; i < moves.size(); ++i) {
            if (moves[i] < 0) continue;
            const double own = worth[to_size(moves[i]) / per_worth];
            std::optional<double>& channel = of_channel_[i / per_channel];
            if (channel && *channel != own) refuse(i / per_channel, *channel, own);
            channel = own;
        }
    }

    [[noreturn]] void refuse(std::size_t channel, double a, double b) const {
        throw RefusedError(
            "population \"" + population_.name + "\": the spikes that reach its channel " + std::to_string(channel) +
            " are worth " + number_text(a) + " and " + number_text(b) +
            ", so the larger count is not the larger value; give the channels that it compares one threshold "
            "(convert without --per-channel)");
    }

    const LayerGraph& graph_;
    const Population& population_;
    std::vector<std::optional<double>> of_channel_;
};

}  // namespace

std::vector<double> spike_worth(const LayerGraph& graph, PopulationIndex population) {
    const NeuronModel& model = graph.populations[population].model;
    if (model.role() == PopulationRole::relay) return spike_worth(graph, into(graph, population).front()->source);
    if (model.role() == PopulationRole::pooling) return PooledWorth(graph, population).values();
    return model.spike_worth();
}

AmplitudeRange spike_amplitudes(const LayerGraph& graph, PopulationIndex population) {
    const NeuronModel& model = graph.populations[population].model;
    if (model.role() != PopulationRole::relay && model.role() != PopulationRole::pooling) return model.amplitudes();
    AmplitudeRange range = spike_amplitudes(graph, into(graph, population).front()->source);
    for (const Projection* projection : into(graph, population)) {
        const AmplitudeRange own = spike_amplitudes(graph, projection->source);
        range = {std::min(range.least, own.least), std::max(range.most, own.most)};
    }
    return range;
}

std::vector<std::int32_t> moves_into_pool(const LayerGraph& graph, const Projection& projection) {
    std::vector<std::int32_t> from(to_size(graph.populations[projection.source].shape.size()));
    std::iota(from.begin(), from.end(), 0);
    for (const LinearStage& stage : projection.stages) {
        std::vector<std::int32_t> moved;
        for (const std::int32_t source : std::get<Gather>(stage).source)
            moved.push_back(source < 0 ? -1 : from[to_size(source)]);
        from = std::move(moved);
    }
    return from;
}

}  // namespace syncopate
