#include "topology/tick_bias.hpp"

#include "core/error.hpp"
#include "topology/layer_graph.hpp"

#include <algorithm>
#include <string>

namespace syncopate {

void check_tick_biases(const LayerGraph& graph, Tick duration, const std::string& where) {
    // Behind a held window the spikes of a short window are not the first ones of a long one, so that the first ticks
    // of what was calibrated there are not what a calibration for the short window finds.
    const bool holds =
        std::ranges::any_of(graph.populations, [](const Population& p) { return p.model.info().holds_window; });
    for (const Population& population : graph.populations) {
        if (!population.tick_bias || population.tick_bias->T == duration) continue;
        const Tick T = population.tick_bias->T;
        if (duration < T && population.tick_bias->serves_shorter && !holds) continue;
        const std::string held = duration < T && population.tick_bias->serves_shorter
                                     ? "it serves shorter windows only where no population holds its window: "
                                     : "";
        throw UsageError(where + "population \"" + population.name + "\": its bias for every tick was made for T = " +
                         std::to_string(T) + ", but the window has T = " + std::to_string(duration) + "; " + held +
                         "run T = " + std::to_string(T) + ", or calibrate for " + std::to_string(duration));
    }
}

}  // namespace syncopate
