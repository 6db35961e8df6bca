#pragma once

#include "neurons/rearrangement.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace syncopate {

/// Edits of a graph, of which ablations are made. Nothing else about the graph changes: populations keep their ids, so
/// that everybody else's random draws stay what they were.

/// Puts a relay behind a population: all its projections, shortcuts included, come from the relay. The relay's name is
/// the population's with "~" and the rule. Returns its position.
/// Throws Error, naming the population, if it sends no spikes or the name is taken.
std::int32_t insert_relay(LayerGraph& graph, std::int32_t population, const Rearrangement& rule);

/// Another neuron model for populations that fire.
struct NeuronChoice {
    enum class Model : std::uint8_t { integrate_and_fire, two_phase };
    Model model = Model::integrate_and_fire;
    TwoPhaseRule rule = TwoPhaseRule::stochastic;
    double v_init = 0.5;  // in thresholds

    friend bool operator==(const NeuronChoice&, const NeuronChoice&) = default;
};

/// "tpp" (v_init 0), "tpp:0.5", "memoryless", "accumulate" (deterministic accumulate-and-fire), each with v_init behind
/// a colon, and "if" (v_init ½). Throws UsageError naming the text and the valid choices.
NeuronChoice parse_neuron_choice(std::string_view text);
/// Whether the text names one of these models, whatever stands behind the name.
bool names_neuron_choice(std::string_view text);
std::string to_string(const NeuronChoice& choice);
std::string neuron_choice_help();

/// Replaces the model of a population; thresholds, bias and id stay. "if" resets by subtraction, whatever was there.
/// Throws Error, naming the population, if it has no neurons that fire.
void replace_neurons(LayerGraph& graph, std::int32_t population, const NeuronChoice& choice);

/// Whether populations of the model draw random numbers.
bool has_chance(const NeuronModel& model);

/// Populations with neurons that fire, in topological order: the layers of the network.
std::vector<std::int32_t> firing_layers(const LayerGraph& graph);

}  // namespace syncopate
