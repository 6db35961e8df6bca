#include "io/cli/edit_effects.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "topology/edits.hpp"

#include <algorithm>
#include <cstddef>

namespace syncopate {

namespace {

/// Populations that one value of an option edits.
std::vector<PopulationIndex> edited_by(const LayerGraph& graph, const std::string& option,
                                       const std::vector<std::string>& texts, const Assignment& assignment) {
    if (assignment.population) return {*assignment.population};
    std::vector<PopulationIndex> layers = firing_layers(graph);
    for (const std::string& text : texts) {
        if (const auto own = parse_assignment(graph, option, text).population) std::erase(layers, *own);
    }
    return layers;
}

class Effects {
public:
    Effects(const LayerGraph& graph, const LayerReplay& replay) : graph_(graph), replay_(replay) {}

    /// A choice for all layers may pass some over: they are that network's layers, though nobody simulates them.
    void require_of_neurons(const std::vector<std::string>& texts) const {
        for (const std::string& text : texts) {
            const Assignment assignment = parse_assignment(graph_, "--neuron", text);
            const std::vector<PopulationIndex> edited = edited_by(graph_, "--neuron", texts, assignment);
            if (edited.empty() || std::ranges::any_of(edited, [&](PopulationIndex p) { return is_live(p); })) continue;
            const std::string has_none = "--neuron " + text + " has no effect: ";
            if (!assignment.population) throw UsageError(has_none + "no layer that fires is simulated; leave it out");
            const auto p = *assignment.population;
            throw UsageError(has_none + name(*assignment.population) +
                             (replay_.is_replayed(p) ? " is replayed; leave it out of --layers"
                                                     : " is not simulated, because nothing that is simulated needs it; "
                                                       "leave the option out"));
        }
    }

    /// Of relays all must be live, because a dead one takes the accumulates of its population away.
    void require_of_relays(const std::vector<std::string>& texts) const {
        for (const std::string& text : texts) {
            const Assignment assignment = parse_assignment(graph_, "--relay", text);
            std::string dead, live;
            for (const PopulationIndex p : edited_by(graph_, "--relay", texts, assignment)) {
                std::string& names = is_live(relay_behind(p, assignment.choice)) ? live : dead;
                names += (names.empty() ? "" : ", ") + name(p);
            }
            if (dead.empty()) continue;
            throw UsageError("--relay " + text + " has no effect" + (live.empty() ? "" : " on " + dead) +
                             ": nothing that is simulated takes the spikes of " + dead + "; " +
                             (live.empty() ? "leave the option out, or the layers behind out of --layers"
                                           : "name only " + live + ", each by POPULATION=RULE"));
        }
    }

private:
    const std::string& name(PopulationIndex p) const { return graph_.populations[p].name; }
    bool is_live(PopulationIndex p) const { return replay_.live()[p]; }
    PopulationIndex relay_behind(PopulationIndex p, const std::string& rule) const {
        return find_population(graph_, name(p) + "~" + to_string(parse_rearrangement(rule)));
    }

    const LayerGraph& graph_;
    const LayerReplay& replay_;
};

}  // namespace

void require_effects(const LayerGraph& graph, const GraphOptions& options, const LayerReplay& replay) {
    const Effects effects(graph, replay);
    effects.require_of_neurons(options.neurons);
    effects.require_of_relays(options.relays);
}

}  // namespace syncopate
