#include "io/study/arm_edit.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/nearest_name.hpp"
#include "core/split.hpp"
#include "io/name_list.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace syncopate {

namespace {

/// A choice of layers with the name it goes by.
struct LayerChoice {
    std::string label;
    std::vector<PopulationIndex> populations;
};

std::string layer_names(const LayerGraph& graph, const std::vector<PopulationIndex>& layers) {
    std::string names;
    constexpr std::size_t shown = 24;
    for (std::size_t k = 0; k < std::min(shown, layers.size()); ++k)
        names += (k == 0 ? "" : ", ") + graph.populations[layers[k]].name;
    if (layers.size() > shown) names += " and " + std::to_string(layers.size() - shown) + " more";
    return names;
}

/// The layers of a network, and what --layers says of them.
class LayerNames {
public:
    LayerNames(const LayerGraph& graph, std::string text)
        : graph_(graph), text_(std::move(text)), layers_(firing_layers(graph)), pools_(spiking_layers(graph)) {
        std::erase_if(pools_, [&](PopulationIndex p) { return std::ranges::find(layers_, p) != layers_.end(); });
        if (layers_.empty()) fail("the network has no layer that fires");
    }

    std::vector<LayerChoice> choices() const {
        if (text_ == "all") return {{text_, layers_}};
        if (text_ == "each") {
            std::vector<LayerChoice> each;
            for (const PopulationIndex p : layers_) each.push_back({name(p), {p}});
            return each;
        }
        // Layers are in topological order, so a prefix has with a layer all those that it reads from without delay,
        // also where branches lie side by side.
        if (text_.starts_with("prefix:")) return {{text_, {layers_.begin(), find(text_.substr(7)) + 1}}};
        if (text_.starts_with("suffix:")) return {{text_, {find(text_.substr(7)), layers_.end()}}};
        LayerChoice named;
        for (const std::string& layer : parse_names(text_, "--layers", "a layer")) {
            named.label += (named.label.empty() ? "" : ",") + layer;
            // A pooling layer is no layer of neurons, but a relay may stand behind it where somebody asks for that.
            const auto pool = std::ranges::find_if(pools_, [&](PopulationIndex p) { return name(p) == layer; });
            named.populations.push_back(pool != pools_.end() ? *pool : *find(layer));
        }
        return {named};
    }

private:
    const std::string& name(PopulationIndex p) const { return graph_.populations[p].name; }

    [[noreturn]] void fail(const std::string& what) const { throw UsageError("--layers " + text_ + ": " + what); }

    std::vector<PopulationIndex>::const_iterator find(const std::string& layer) const {
        const auto found = std::ranges::find_if(layers_, [&](PopulationIndex p) { return name(p) == layer; });
        if (found == layers_.end()) fail_unknown(layer);
        return found;
    }

    [[noreturn]] void fail_unknown(const std::string& layer) const {
        if (layer.empty()) fail("names no layer behind the colon; write one, as in " + text_ + name(layers_.front()));
        for (const std::string_view part : {std::string_view(layer), split(text_, ',').front()}) {
            const bool is_choice =
                part == "all" || part == "each" || part.starts_with("prefix:") || part.starts_with("suffix:");
            if (is_choice && part.size() < text_.size())
                fail("\"" + std::string(part) + "\" stands alone; give it without other layers, or name all of them");
        }
        std::vector<std::string_view> names;
        for (const PopulationIndex p : spiking_layers(graph_)) names.emplace_back(name(p));
        const std::string_view near = nearest_name(layer, names);
        fail("no layer is called \"" + layer + "\"; " +
             (near.empty() ? "there are " + layer_names(graph_, layers_) + ", and all, each, prefix:LAYER, suffix:LAYER"
                           : "did you mean \"" + std::string(near) + "\"?"));
    }

    const LayerGraph& graph_;
    std::string text_;
    std::vector<PopulationIndex> layers_;
    std::vector<PopulationIndex> pools_;
};

std::vector<ArmEdit> all_orders(Tick T) {
    // Begun at the ascending order, so next_permutation comes through all T! of them before it wraps around and says
    // so. The first is the identity: an arm that changes nothing is among those that do.
    std::vector<Tick> order(to_size(T));
    std::iota(order.begin(), order.end(), 0);
    std::vector<ArmEdit> arms;
    do {
        const Rearrangement rule = order_rearrangement(order);
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
    const bool is_neuron = names_neuron_choice(text);
    try {
        if (is_neuron) {
            // Named as the choice writes itself, not as the user wrote it: only then are two ways of writing one arm
            // found to be the same.
            const NeuronChoice choice = parse_neuron_choice(text);
            arm.name = to_string(choice);
            arm.change = choice;
        } else {
            const Rearrangement rule = parse_rearrangement(text);
            arm.name = to_string(rule);
            arm.change = rule;
            arm.only_T = rule->only_duration();
        }
    } catch (const UsageError& error) {
        throw UsageError("--arms: " + std::string(error.what()) +
                         (is_neuron ? "" : "; baseline; permute:all; and the neuron models " + neuron_choice_help()));
    }
    arm.family = arm.name;
    return arm;
}

std::vector<ArmEdit> requested_arms(const ArmRequest& request) {
    std::vector<ArmEdit> arms;
    for (const std::string& text : split_names(request.arms, "--arms", "an arm")) {
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
    // An arm that runs at no T would vanish without a word: it would have no cell, and no comparison.
    for (const ArmEdit& arm : arms) {
        if (arm.only_T && std::ranges::find(request.T, *arm.only_T) == request.T.end())
            throw UsageError("--arms " + arm.name + ": the order has " + std::to_string(*arm.only_T) +
                             " ticks, which is none of the T asked for");
    }
    return arms;
}

[[noreturn]] void fail_twice(const ArmRequest& request, const ArmEdit& arm, const ArmEdit& other) {
    throw UsageError("--arms " + request.arms + ": " +
                     (arm.family == other.family ? arm.family + " is named twice; name it once"
                                                 : arm.name + " is one of permute:all; leave one of them out"));
}

}  // namespace

std::vector<ArmEdit> parse_arms(const ArmRequest& request, const LayerGraph& graph) {
    const std::vector<LayerChoice> choices = LayerNames(graph, request.layers).choices();
    std::vector<ArmEdit> arms = {ArmEdit{}};
    for (const ArmEdit& requested : requested_arms(request)) {
        for (const LayerChoice& choice : choices) {
            ArmEdit arm = requested;
            arm.layers = choice.label;
            arm.populations = choice.populations;
            // The same arm twice would be tested twice, and Holm's correction would make every comparison of the study
            // pay for it.
            const auto other = std::ranges::find_if(
                arms, [&](const ArmEdit& earlier) { return earlier.name == arm.name && earlier.layers == arm.layers; });
            if (other != arms.end()) fail_twice(request, arm, *other);
            arms.push_back(std::move(arm));
        }
    }
    return arms;
}

std::string sentence_of(const ArmEdit& arm) {
    if (const auto* const rule = std::get_if<Rearrangement>(&arm.change)) return (*rule)->sentence();
    if (const auto* const choice = std::get_if<NeuronChoice>(&arm.change)) return choice->sentence();
    return "The network as it is";
}

LayerGraph edited(const LayerGraph& graph, const ArmEdit& arm) {
    LayerGraph result = graph;
    for (const PopulationIndex p : arm.populations) {
        // Relays are added behind all populations, so the positions of those still to be edited stay what they are.
        // What the result may not be, such as a held window on a cycle, is left to one check of the whole graph.
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

}  // namespace syncopate
