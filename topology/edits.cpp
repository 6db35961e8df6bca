#include "topology/edits.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace syncopate {

namespace {

using Model = NeuronChoice::Model;

struct NamedChoice {
    std::string_view name;
    NeuronChoice choice;
};

constexpr std::array<NamedChoice, 4> choices = {{{"if", {Model::integrate_and_fire, TwoPhaseRule::stochastic, 0.5}},
                                                 {"tpp", {Model::two_phase, TwoPhaseRule::stochastic, 0.0}},
                                                 {"memoryless", {Model::two_phase, TwoPhaseRule::memoryless, 0.0}},
                                                 {"accumulate", {Model::two_phase, TwoPhaseRule::deterministic, 0.0}}}};

const Population& at(const LayerGraph& graph, std::int32_t p) { return graph.populations[static_cast<std::size_t>(p)]; }

const std::vector<double>* thresholds_of(const NeuronModel& model) {
    if (const auto* neuron = std::get_if<IntegrateAndFire>(&model)) return &neuron->v_threshold;
    if (const auto* neuron = std::get_if<TwoPhase>(&model)) return &neuron->v_threshold;
    return nullptr;
}

}  // namespace

std::int32_t insert_relay(LayerGraph& graph, std::int32_t population, const Rearrangement& rule) {
    const Population& source = at(graph, population);
    if (!sends_spikes(source.model))
        throw Error("population \"" + source.name + "\" sends no spikes that could be rearranged");
    Population relay{.name = source.name + "~" + to_string(rule), .id = 0, .shape = source.shape, .model = Relay{rule}};
    relay.id = population_id(relay.name);
    for (const Population& other : graph.populations) {
        if (other.name == relay.name || other.id == relay.id)
            throw Error("population \"" + source.name + "\": a relay \"" + relay.name +
                        "\" would have the name or id of \"" + other.name + "\"");
    }
    const auto position = static_cast<std::int32_t>(graph.populations.size());
    for (Projection& projection : graph.projections) {
        if (projection.source == population) projection.source = position;
    }
    graph.populations.push_back(std::move(relay));
    graph.projections.push_back({population, position, 0, {}});
    return position;
}

NeuronChoice parse_neuron_choice(std::string_view text) {
    const std::size_t colon = text.find(':');
    const auto named = std::ranges::find(choices, text.substr(0, colon), &NamedChoice::name);
    const std::string where = "neuron model \"" + std::string(text) + "\": ";
    if (named == choices.end()) throw UsageError(where + "no such model; there are " + neuron_choice_help());
    NeuronChoice choice = named->choice;
    if (colon == std::string_view::npos) return choice;
    const std::string_view number = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), choice.v_init);
    if (error != std::errc{} || end != number.data() + number.size() || !(std::abs(choice.v_init) <= 64.0)) {
        throw UsageError(where + "v_init \"" + std::string(number) +
                         "\", must be a number of thresholds between -64 and 64, as in tpp:0.5");
    }
    return choice;
}

bool names_neuron_choice(std::string_view text) {
    return std::ranges::find(choices, text.substr(0, text.find(':')), &NamedChoice::name) != choices.end();
}

std::string to_string(const NeuronChoice& choice) {
    const auto named = std::ranges::find_if(choices, [&](const NamedChoice& n) {
        return n.choice.model == choice.model && (choice.model != Model::two_phase || n.choice.rule == choice.rule);
    });
    std::string text(named->name);
    if (choice.v_init == named->choice.v_init) return text;
    std::array<char, 32> number{};
    const auto [end, error] = std::to_chars(number.data(), number.data() + number.size(), choice.v_init);
    return text + ":" + std::string(number.data(), end);
}

std::string neuron_choice_help() {
    return "if, tpp, memoryless and accumulate, with :V_INIT (in thresholds) behind it";
}

void replace_neurons(LayerGraph& graph, std::int32_t population, const NeuronChoice& choice) {
    Population& target = graph.populations[static_cast<std::size_t>(population)];
    const std::vector<double>* const thresholds = thresholds_of(target.model);
    if (thresholds == nullptr)
        throw Error("population \"" + target.name + "\" has no neurons that fire, so their model cannot be replaced");
    const std::vector<double> v_threshold = *thresholds;
    if (choice.model == Model::two_phase) {
        target.model = TwoPhase{v_threshold, choice.v_init, choice.rule};
    } else {
        target.model = IntegrateAndFire{v_threshold, choice.v_init, std::nullopt};
    }
}

bool has_chance(const NeuronModel& model) {
    if (const auto* relay = std::get_if<Relay>(&model)) return relay->rule->has_chance();
    if (const auto* neuron = std::get_if<TwoPhase>(&model)) return neuron->rule != TwoPhaseRule::deterministic;
    return std::holds_alternative<BernoulliRate>(model);
}

std::vector<std::int32_t> firing_layers(const LayerGraph& graph) {
    std::vector<std::int32_t> layers;
    for (const std::int32_t p : topological_order(graph)) {
        if (thresholds_of(at(graph, p).model) != nullptr) layers.push_back(p);
    }
    return layers;
}

}  // namespace syncopate
