#include "io/study/arm.hpp"

#include "core/error.hpp"
#include "core/split.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace syncopate {

namespace {

/// A choice of layers with the name it goes by.
struct LayerChoice {
    std::string label;
    std::vector<std::int32_t> populations;
};

std::string layer_names(const LayerGraph& graph, const std::vector<std::int32_t>& layers) {
    std::string names;
    constexpr std::size_t shown = 24;
    for (std::size_t k = 0; k < std::min(shown, layers.size()); ++k)
        names += (k == 0 ? "" : ", ") + graph.populations[static_cast<std::size_t>(layers[k])].name;
    if (layers.size() > shown) names += " and " + std::to_string(layers.size() - shown) + " more";
    return names;
}

/// Position in `layers` of the layer called `name`.
std::vector<std::int32_t>::const_iterator find_layer(const LayerGraph& graph, const std::vector<std::int32_t>& layers,
                                                     const std::string& name) {
    const auto found = std::ranges::find_if(
        layers, [&](std::int32_t p) { return graph.populations[static_cast<std::size_t>(p)].name == name; });
    if (found == layers.end()) {
        throw UsageError("--layers " + name + ": no such layer; there are " + layer_names(graph, layers) +
                         ", and all, each, prefix:LAYER, suffix:LAYER");
    }
    return found;
}

std::vector<LayerChoice> parse_layers(const std::string& text, const LayerGraph& graph) {
    const std::vector<std::int32_t> layers = firing_layers(graph);
    if (layers.empty()) throw UsageError("--layers " + text + ": the network has no layer that fires");
    if (text == "all") return {{text, layers}};
    std::vector<LayerChoice> choices;
    if (text == "each") {
        for (const std::int32_t p : layers)
            choices.push_back({graph.populations[static_cast<std::size_t>(p)].name, {p}});
        return choices;
    }
    if (text.starts_with("prefix:")) {
        const auto last = find_layer(graph, layers, text.substr(7));
        return {{text, {layers.begin(), last + 1}}};
    }
    if (text.starts_with("suffix:")) {
        const auto first = find_layer(graph, layers, text.substr(7));
        return {{text, {first, layers.end()}}};
    }
    LayerChoice named{text, {}};
    for (const std::string_view part : split(text, ',')) {
        const std::string name(part);
        const std::int32_t p = *find_layer(graph, layers, name);
        if (std::ranges::find(named.populations, p) != named.populations.end())
            throw UsageError("--layers " + text + ": \"" + name + "\" is named twice");
        named.populations.push_back(p);
    }
    return {named};
}

std::vector<ArmEdit> all_orders(Tick T) {
    std::vector<Tick> order(static_cast<std::size_t>(T));
    std::iota(order.begin(), order.end(), 0);
    std::vector<ArmEdit> arms;
    do {
        Rearrangement rule{.kind = Rearrangement::Kind::order, .order = order};
        arms.push_back({.name = to_string(rule),
                        .layers = {},
                        .family = "permute:all",
                        .change = rule,
                        .populations = {},
                        .only_T = T});
    } while (std::ranges::next_permutation(order).found);
    return arms;
}

ArmEdit parse_arm(const std::string& text) {
    ArmEdit arm;
    if (names_neuron_choice(text)) {
        const NeuronChoice choice = parse_neuron_choice(text);
        arm.name = to_string(choice);
        arm.change = choice;
    } else {
        try {
            const Rearrangement rule = parse_rearrangement(text);
            arm.name = to_string(rule);
            arm.change = rule;
            if (rule.kind == Rearrangement::Kind::order) arm.only_T = static_cast<Tick>(rule.order.size());
        } catch (const UsageError& error) {
            throw UsageError("--arms: " + std::string(error.what()) +
                             "; baseline; permute:all; and the neuron models " + neuron_choice_help());
        }
    }
    arm.family = arm.name;
    return arm;
}

std::vector<ArmEdit> requested_arms(const ArmRequest& request) {
    std::vector<ArmEdit> arms;
    for (const std::string_view part : split(request.arms, ',')) {
        const std::string text(part);
        if (text == "baseline") continue;
        if (text != "permute:all") {
            arms.push_back(parse_arm(text));
            continue;
        }
        for (const Tick T : request.T) {
            if (T > longest_enumerated) {
                throw UsageError("--arms permute:all: T = " + std::to_string(T) +
                                 " has too many orders to run them all; at most T = 5 (120 orders), or use permute, "
                                 "which draws them");
            }
            for (ArmEdit& arm : all_orders(T)) arms.push_back(std::move(arm));
        }
    }
    for (const ArmEdit& arm : arms) {
        if (arm.only_T && std::ranges::find(request.T, *arm.only_T) == request.T.end())
            throw UsageError("--arms " + arm.name + ": the order has " + std::to_string(*arm.only_T) +
                             " ticks, which is none of the T asked for");
    }
    return arms;
}

}  // namespace

std::vector<ArmEdit> parse_arms(const ArmRequest& request, const LayerGraph& graph) {
    const std::vector<LayerChoice> choices = parse_layers(request.layers, graph);
    std::vector<ArmEdit> arms = {ArmEdit{}};
    for (const ArmEdit& requested : requested_arms(request)) {
        for (const LayerChoice& choice : choices) {
            ArmEdit arm = requested;
            arm.layers = choice.label;
            arm.populations = choice.populations;
            const bool is_twice = std::ranges::any_of(
                arms, [&](const ArmEdit& other) { return other.name == arm.name && other.layers == arm.layers; });
            if (is_twice) throw UsageError("--arms " + request.arms + ": " + arm.name + " is named twice");
            arms.push_back(std::move(arm));
        }
    }
    return arms;
}

LayerGraph edited(const LayerGraph& graph, const ArmEdit& arm) {
    LayerGraph result = graph;
    for (const std::int32_t p : arm.populations) {
        if (const auto* rule = std::get_if<Rearrangement>(&arm.change)) insert_relay(result, p, *rule);
        if (const auto* choice = std::get_if<NeuronChoice>(&arm.change)) replace_neurons(result, p, *choice);
    }
    try {
        validate(result);
    } catch (const Error& error) {
        throw UsageError("arm " + arm.name + (arm.layers.empty() ? "" : " on " + arm.layers) + ": " + error.what());
    }
    return result;
}

bool has_chance(const LayerGraph& graph) {
    return std::ranges::any_of(graph.populations, [](const Population& p) { return has_chance(p.model); });
}

}  // namespace syncopate
