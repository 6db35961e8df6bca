#include "core/engine/liveness.hpp"

namespace syncopate {

std::vector<bool> live_populations(std::span<const ProjectionEnds> projections, const std::vector<bool>& is_given) {
    std::vector<bool> is_live(is_given.size());
    for (std::size_t p = 0; p < is_live.size(); ++p) is_live[p] = !is_given[p];
    // A population is idle if it sends something but nobody live reads it. Taking one away may leave its sources idle,
    // hence the repetition; each round takes away at least one, so there are no more rounds than populations. What
    // sends nothing, a read-out, is wanted for its own sake and stays.
    for (bool is_changed = true; is_changed;) {
        std::vector<bool> sends(is_live.size(), false);
        std::vector<bool> is_needed(is_live.size(), false);
        for (const ProjectionEnds& ends : projections) {
            sends[ends.source] = true;
            if (is_live[ends.target]) is_needed[ends.source] = true;
        }
        is_changed = false;
        for (std::size_t p = 0; p < is_live.size(); ++p) {
            if (!is_live[p] || !sends[p] || is_needed[p]) continue;
            is_live[p] = false;
            is_changed = true;
        }
    }
    return is_live;
}

}  // namespace syncopate
