#include "io/study/study_network.hpp"

#include "core/scatter_plan.hpp"
#include "io/run/simulation.hpp"
#include "topology/compiler/compile.hpp"

namespace syncopate {

StudyNetwork::StudyNetwork(const LayerGraph& graph, const std::vector<std::int32_t>& layers)
    : network_(compile(graph)), engine_(network_), read_out_(find_read_out(network_)) {
    for (const std::int32_t layer : layers) {
        auto sender = static_cast<std::size_t>(layer);
        for (const CompiledProjection& projection : network_.projections) {
            const auto target = static_cast<std::size_t>(projection.target);
            if (projection.source == layer && network_.populations[target].is_relay()) sender = target;
        }
        senders_.push_back(sender);
    }
    for (const CompiledPopulation& population : network_.populations) {
        fan_out_.emplace_back(static_cast<std::size_t>(population.shape.size()), 0);
        workspace_kind_ += to_string(population.shape) + (population.dynamics != nullptr ? "n" : "") +
                           (population.is_relay() ? "r" : "") + (population.has_amplitudes ? "a" : "") +
                           (population.is_read_out() ? "o" : "") + ",";
    }
    for (const CompiledProjection& projection : network_.projections) {
        const auto source = static_cast<std::size_t>(projection.source);
        const Shape& shape = network_.populations[source].shape;
        for (std::size_t i = 0; i < projection.fan_out.size(); ++i)
            fan_out_[source][channels_last(shape, i)] += projection.fan_out[i];
    }
}

}  // namespace syncopate
