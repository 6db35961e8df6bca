#include "io/run/idle_relays.hpp"

namespace syncopate {

std::optional<std::string> idle_rule(const Rearrangement& rule, Tick T) {
    // Who writes "identity" wants a relay that changes nothing, as a control. Any other rule was meant to change
    // something, and that it does not depends on T, which is easily overlooked.
    if (rule == Rearrangement() || !rule->is_identity(T)) return std::nullopt;
    return "changes nothing: " + to_string(rule) + " leaves every window of T = " + std::to_string(T) +
           " ticks as it is";
}

std::vector<std::string> idle_relays(const LayerGraph& graph, Tick T) {
    std::vector<std::string> texts;
    for (const Population& population : graph.populations) {
        const Rearrangement* const rule = population.model.rearrangement();
        if (rule == nullptr) continue;
        if (const auto text = idle_rule(*rule, T)) texts.push_back("relay \"" + population.name + "\" " + *text);
    }
    return texts;
}

}  // namespace syncopate
