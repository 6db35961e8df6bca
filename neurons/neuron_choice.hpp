#pragma once

#include "neurons/neuron_model.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace syncopate {

/// A model as options name it: "tpp", "tpp:0.5". Thresholds are those of the population that gets it.
class NeuronChoice {
public:
    /// "if".
    NeuronChoice();

    const NeuronModel& model() const { return model_; }
    /// What such neurons do, with those numbers that are not the default: a sentence without its full stop.
    std::string sentence() const;

    friend std::string to_string(const NeuronChoice& choice);
    friend NeuronChoice parse_neuron_choice(std::string_view text);
    friend bool operator==(const NeuronChoice& a, const NeuronChoice& b) { return to_string(a) == to_string(b); }

private:
    NeuronChoice(const ModelChoice& named, NeuronModel model) : named_(&named), model_(std::move(model)) {}

    const ModelChoice* named_;
    NeuronModel model_;
};

/// The name, with those numbers behind it that are not the default: parse_neuron_choice reads it back.
std::string to_string(const NeuronChoice& choice);
/// Throws UsageError naming the text, what is wrong with it and the valid choices.
NeuronChoice parse_neuron_choice(std::string_view text);
/// Whether the text names one of these models, whatever stands behind the name.
bool names_neuron_choice(std::string_view text);
/// One line for --help: every choice and how it is written.
std::string neuron_choice_help();

}  // namespace syncopate
