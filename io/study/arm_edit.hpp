#pragma once

#include "core/index.hpp"
#include "core/tick.hpp"
#include "neurons/rearrangement.hpp"
#include "topology/edits.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace syncopate {

/// One arm of a study: an edit of some layers of the network; the baseline edits nothing.
struct ArmEdit {
    std::string name = "baseline";
    std::string layers;               // as the user said it: "all", "conv1", "prefix:conv3"
    std::string family = "baseline";  // arms of one request
    std::variant<std::monostate, Rearrangement, NeuronChoice> change;
    std::vector<PopulationIndex> populations;
    std::optional<Tick> only_T;  // of an order of so many ticks

    bool runs_at(Tick T) const { return !only_T || *only_T == T; }
};

/// What the user asked for.
struct ArmRequest {
    std::string arms;    // "permute,tpp": rearrangements, "permute:all" for all T! orders, and neuron models
    std::string layers;  // "all", "each", "prefix:NAME", "suffix:NAME", or names
    std::vector<Tick> T;
};

/// The arms of a study, the baseline first whether it was named or not. "each" gives an arm for every layer.
/// Throws UsageError naming an unknown arm or layer with the valid choices, or a T that is too long for "permute:all".
std::vector<ArmEdit> parse_arms(const ArmRequest& request, const LayerGraph& graph);

/// What the arm does to the network: a sentence without its full stop.
std::string sentence_of(const ArmEdit& arm);

/// The network of an arm. Throws Error if the edit is impossible, such as a held window on a cycle.
LayerGraph edited(const LayerGraph& graph, const ArmEdit& arm);

/// Longest window whose T! orders "permute:all" enumerates.
constexpr Tick longest_enumerated = 5;

}  // namespace syncopate
