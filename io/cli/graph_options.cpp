#include "io/cli/graph_options.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/cli/whole_number.hpp"
#include "neurons/rearrangement.hpp"
#include "topology/edits.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <map>
#include <string_view>

namespace syncopate {

namespace {

[[noreturn]] void fail(const std::string& option, const std::string& what) { throw UsageError(option + ": " + what); }

/// What each population gets.
template <typename Choice>
std::map<PopulationIndex, Choice> choices_of(const LayerGraph& graph, const std::string& option,
                                             const std::vector<std::string>& texts,
                                             const std::function<Choice(std::string_view)>& parse) {
    std::map<PopulationIndex, Choice> chosen;
    std::optional<Choice> common;
    for (const std::string& text : texts) {
        const Assignment assignment = parse_assignment(graph, option, text);
        bool is_first = !common.has_value();
        try {
            const Choice choice = parse(assignment.choice);
            if (assignment.population) {
                is_first = chosen.emplace(*assignment.population, choice).second;
            } else {
                common = choice;
            }
        } catch (const UsageError& error) {
            fail(option, error.what());
        }
        if (!is_first)
            fail(option, text + ": " + (assignment.population ? "this population has" : "all layers have") +
                             " a choice already; give one");
    }
    if (!common) return chosen;
    for (const PopulationIndex layer : firing_layers(graph)) chosen.emplace(layer, *common);
    return chosen;
}

std::string firing_names(const LayerGraph& graph) {
    std::string names;
    for (const PopulationIndex layer : firing_layers(graph))
        names += (names.empty() ? "" : ", ") + graph.populations[layer].name;
    return names;
}

void replace_models(LayerGraph& graph, const std::vector<std::string>& texts) {
    for (const auto& [population, choice] : choices_of<NeuronChoice>(graph, "--neuron", texts, parse_neuron_choice)) {
        try {
            replace_neurons(graph, population, choice);
        } catch (const Error& error) {
            fail("--neuron", std::string(error.what()) + "; there are " + firing_names(graph));
        }
    }
}

void insert_relays(LayerGraph& graph, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        if (text.find('=') == std::string::npos)
            fail("--relay", text + ": expected POPULATION=RULE or all=RULE, as in conv1=permute; there are " +
                                rearrangement_help());
    }
    for (const auto& [population, rule] : choices_of<Rearrangement>(graph, "--relay", texts, parse_rearrangement)) {
        try {
            insert_relay(graph, population, rule);
        } catch (const Error& error) {
            fail("--relay", std::string(error.what()) + "; there are " + firing_names(graph));
        }
    }
}

}  // namespace

Assignment parse_assignment(const LayerGraph& graph, const std::string& option, const std::string& text) {
    const std::size_t equals = text.rfind('=');  // names may hold one, choices do not
    if (equals == std::string::npos) return {std::nullopt, text};
    const std::string name = text.substr(0, equals);
    Assignment assignment{std::nullopt, text.substr(equals + 1)};
    if (name == "all") return assignment;
    try {
        assignment.population = find_population(graph, name);
    } catch (const Error& error) {
        fail(option, error.what());
    }
    return assignment;
}

void add_graph_options(CLI::App& command, GraphOptions& options) {
    command
        .add_option("--neuron", options.neurons,
                    "Neuron model of all firing layers, as tpp, or of one, as conv1=tpp; may be repeated: " +
                        neuron_choice_help())
        ->allow_extra_args(false);
    command
        .add_option("--relay", options.relays,
                    "Rearranges the spikes of a population in time, as conv1=permute:shared, or of all firing layers, "
                    "as all=reverse; may be repeated: " +
                        rearrangement_help())
        ->allow_extra_args(false);
    command
        .add_option("--fraction-bits", options.fraction_bits,
                    "Fraction bits of every population, instead of the network's")
        ->check(whole_number(1, 24));
}

void edit_graph(LayerGraph& graph, const GraphOptions& options) {
    if (options.fraction_bits) {
        for (Population& population : graph.populations) population.fraction_bits = *options.fraction_bits;
    }
    replace_models(graph, options.neurons);
    insert_relays(graph, options.relays);
    if (options.neurons.empty() && options.relays.empty()) return;
    try {
        window_phases(graph);
    } catch (const Error& error) {
        fail(options.relays.empty()    ? "--neuron"
             : options.neurons.empty() ? "--relay"
                                       : "--neuron, --relay",
             error.what());
    }
}

std::vector<std::string> edit_texts(const GraphOptions& options) {
    std::vector<std::string> texts;
    for (const std::string& text : options.neurons) texts.push_back("--neuron " + text);
    for (const std::string& text : options.relays) texts.push_back("--relay " + text);
    if (options.fraction_bits) texts.push_back("--fraction-bits " + std::to_string(*options.fraction_bits));
    return texts;
}

void require_orders_of(const GraphOptions& options, Tick T, const std::string& source) {
    for (const std::string& text : options.relays) {
        const Rearrangement rule = parse_rearrangement(text.substr(text.rfind('=') + 1));
        const std::optional<Tick> ticks = rule->only_duration();
        if (ticks.value_or(T) == T) continue;
        throw UsageError("--relay " + text + ": the order has " + std::to_string(*ticks) + " ticks, but " + source +
                         " is " + std::to_string(T) + "; give an order of all " + std::to_string(T) + " ticks");
    }
}

}  // namespace syncopate
