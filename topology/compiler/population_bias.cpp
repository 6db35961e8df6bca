#include "topology/compiler/population_bias.hpp"

#include "core/index.hpp"

#include <algorithm>
#include <cmath>

namespace syncopate {

std::vector<double> threshold_of(const Population& population) {
    const std::vector<double>* const thresholds = population.model.thresholds();
    return thresholds != nullptr ? *thresholds : std::vector<double>{1.0};
}

namespace {

/// Bias of every neuron.
std::vector<double> constant_bias(const Population& population) {
    const auto count = to_size(population.shape.size());
    std::vector<double> bias(count, 0.0);
    if (population.bias.empty()) return bias;
    const std::vector<double> threshold = threshold_of(population);
    for (std::size_t i = 0; i < count; ++i) {
        bias[i] = population.bias[i / (count / population.bias.size())] / threshold[i / (count / threshold.size())];
    }
    return bias;
}

/// Bias of every tick and channel.
std::vector<double> tick_bias(const Population& population) {
    if (!population.tick_bias) return {};
    const std::vector<double> threshold = threshold_of(population);
    std::vector<double> bias = population.tick_bias->values;
    for (std::size_t i = 0; i < bias.size(); ++i) bias[i] /= threshold[i % threshold.size()];
    return bias;
}

/// The most that the bias brings every neuron at any tick, in magnitude.
std::vector<double> worst_bias(const std::vector<double>& bias, const std::vector<double>& of_ticks,
                               std::int32_t channels) {
    std::vector<double> worst(to_size(channels), 0.0);
    for (std::size_t i = 0; i < of_ticks.size(); ++i) {
        double& own = worst[i % worst.size()];
        own = std::max(own, std::abs(of_ticks[i]));
    }
    std::vector<double> sum(bias.size());
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = std::abs(bias[i]) + worst[i / (sum.size() / worst.size())];
    return sum;
}

}  // namespace

PopulationBias bias_of(const Population& population) {
    PopulationBias bias{constant_bias(population), tick_bias(population), {}};
    bias.worst = worst_bias(bias.constant, bias.of_ticks, population.shape.channels);
    return bias;
}

}  // namespace syncopate
