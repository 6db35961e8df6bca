#include "core/error.hpp"
#include "neurons/neuron_choice.hpp"
#include "tests/support/random_network.hpp"
#include "topology/edits.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace syncopate {

namespace {

/// Moves every number of a model away from its default, within its range.
class RandomParameters final : public ParameterVisitor {
public:
    explicit RandomParameters(std::mt19937_64& random) : random_(random) {}

    void number(const ParameterInfo& info, double& value) override {
        if (random_() % 3 != 0) value = within(info, value + real(-1.0, 1.0) * std::max(1.0, std::abs(value)));
    }
    void number(const ParameterInfo& info, std::optional<double>& value) override {
        if (random_() % 3 == 0) value = within(info, real(-0.5, 0.5));
    }
    void numbers(const ParameterInfo&, std::vector<double>&) override {}
    void whole(const ParameterInfo&, std::int32_t&) override {}
    void choice(const ParameterInfo&, std::span<const std::string_view>, std::size_t&) override {}
    void rule(const ParameterInfo&, Rearrangement&) override {}

private:
    double real(double low, double high) { return std::uniform_real_distribution(low, high)(random_); }
    static double within(const ParameterInfo& info, double value) { return std::clamp(value, info.least, info.most); }

    std::mt19937_64& random_;
};

std::vector<const ModelChoice*> choices() {
    std::vector<const ModelChoice*> all;
    for (const NeuronModel& model : neuron_models()) {
        for (const ModelChoice& choice : model.info().choices) all.push_back(&choice);
    }
    return all;
}

}  // namespace

RandomNetwork random_model_network(std::uint64_t seed) {
    RandomNetwork network = random_network(seed);
    std::mt19937_64 random(seed + 1);
    const std::vector<const ModelChoice*> all = choices();
    for (const PopulationIndex p : firing_layers(network.graph)) {
        Population& population = network.graph.populations[p];
        const NeuronModel before = population.model;
        population.model = all[random() % all.size()]->make();
        *population.model.thresholds() = *before.thresholds();
        RandomParameters parameters(random);
        population.model.change(parameters);
        try {
            validate(network.graph);
        } catch (const Error&) {
            population.model = before;  // it holds its window, and lies on a cycle
        }
    }
    return network;
}

}  // namespace syncopate
