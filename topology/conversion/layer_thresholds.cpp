#include "topology/conversion/layer_thresholds.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <cmath>

namespace syncopate {

namespace {

using Kind = ThresholdRule::Kind;

std::string named(const AnnNode& node) { return "node \"" + node.name + "\""; }

/// Where the activation saturates: the cap of a ReLU, θ of a step.
const std::vector<double>& clip_of(const AnnNode& node) {
    if (const auto* step = std::get_if<AnnStep>(&node.operation)) return step->threshold;
    return std::get<AnnRelu>(node.operation).cap;
}

bool is_clipped(const AnnNode& node) {
    return std::ranges::all_of(clip_of(node), [](double cap) { return std::isfinite(cap); });
}

/// The rule applied to what calibration found: one value or one a channel.
std::vector<double> measured_values(const AnnNode& node, const ThresholdRule& rule, const ConversionOptions& options,
                                    const ActivationHistogram& measured) {
    std::vector<double> values;
    if (rule.kind == Kind::percentile) {
        // Histograms of channels have ranges of their own: they do not add up to that of the layer, nor can that be
        // taken apart. Maxima are kept for every channel in either case, so the other rules need no such check.
        const bool is_per_channel = measured.range.size() == measured.maximum.size();
        if (is_per_channel != options.per_channel && measured.maximum.size() > 1) {
            throw UsageError(named(node) + ": thresholds per " + (options.per_channel ? "channel" : "layer") +
                             " by percentile need a calibration per " + (options.per_channel ? "channel" : "layer"));
        }
        for (std::size_t h = 0; h < measured.range.size(); ++h)
            values.push_back(measured.quantile(h, rule.value / 100.0, options.count_zeros));
        return values;
    }
    const double factor = rule.kind == Kind::scaled_max ? rule.value : 1.0;
    for (const float maximum : measured.maximum) values.push_back(factor * static_cast<double>(maximum));
    if (!options.per_channel) values = {*std::ranges::max_element(values)};
    return values;
}

/// Thresholds never exceed the clip, because a neuron saturates at its threshold.
void clip(std::vector<double>& values, const std::vector<double>& caps) {
    if (values.size() < caps.size()) values.assign(caps.size(), values.front());
    for (std::size_t c = 0; c < values.size(); ++c) values[c] = std::min(values[c], caps[caps.size() == 1 ? 0 : c]);
}

/// Channels that (almost) never fired get a floor, or their weights would be out of proportion to their threshold.
void raise_to_floor(const AnnNode& node, const ActivationHistogram& measured, LayerThresholds& thresholds) {
    const double largest = *std::ranges::max_element(thresholds.v_threshold);
    const double largest_activation = static_cast<double>(*std::ranges::max_element(measured.maximum));
    // A small threshold makes the weights of its channel large, counted in thresholds, and the bound of a tick
    // (METHODS.md, Numbers) then takes fraction bits from the whole population. A floor of 2^-8 lets that cost eight
    // bits at most, compared with the same weights at the largest threshold.
    double floor = std::ldexp(largest, -8);
    // A percentile that falls among the zeros is 0 although the layer fires; its maximum then says how large
    // activations are. Without any activation the data say nothing, and all that is asked of a threshold is to be
    // greater than 0.
    if (!(largest > 0.0) && largest_activation > 0.0) {
        floor = std::ldexp(largest_activation, -8);
        thresholds.warnings.push_back(named(node) + ": its threshold by " + thresholds.rule +
                                      " is 0, because it fires too rarely; it becomes 2^-8 of the largest activation");
    } else if (!(largest > 0.0)) {
        floor = 1.0;
        thresholds.warnings.push_back(named(node) + ": nothing fires in calibration; its threshold becomes 1");
    }
    for (double& value : thresholds.v_threshold) {
        if (value >= floor) continue;
        value = floor;
        ++thresholds.floored_channels;
    }
    if (thresholds.floored_channels > 0 && largest > 0.0) {
        thresholds.warnings.push_back(named(node) + ": " + std::to_string(thresholds.floored_channels) + " of " +
                                      std::to_string(thresholds.v_threshold.size()) +
                                      " channels hardly fire in calibration; their threshold becomes 2^-8 of the "
                                      "layer's largest");
    }
}

LayerThresholds trained_thresholds(const AnnNode& node) {
    const auto* step = std::get_if<AnnStep>(&node.operation);
    LayerThresholds thresholds;
    thresholds.v_threshold = clip_of(node);
    thresholds.rule = step != nullptr ? "qcfs" : "cap";
    if (step != nullptr) thresholds.v_init = step->shift;
    return thresholds;
}

LayerThresholds data_based_thresholds(const AnnNode& node, const ThresholdRule& rule, const ConversionOptions& options,
                                      const ActivationHistogram* measured) {
    if (measured == nullptr) {
        throw UsageError(named(node) + ": the threshold rule " + to_string(rule) +
                         " needs calibration samples, and there are none; give some (--calibration DATA)");
    }
    LayerThresholds thresholds;
    thresholds.rule = to_string(rule);
    thresholds.v_threshold = measured_values(node, rule, options, *measured);
    // Before the floor, which is a share of the largest threshold that is really used; and after it, because the floor
    // can be above the cap of a channel where caps differ by more than 2^8.
    clip(thresholds.v_threshold, clip_of(node));
    raise_to_floor(node, *measured, thresholds);
    clip(thresholds.v_threshold, clip_of(node));
    if (std::holds_alternative<AnnStep>(node.operation)) {
        thresholds.warnings.push_back(named(node) + ": the rule " + thresholds.rule +
                                      " replaces the threshold that this step was trained with; qcfs would keep it");
    }
    return thresholds;
}

LayerThresholds chosen_thresholds(const AnnNode& node, const ConversionOptions& options,
                                  const ActivationHistogram* measured) {
    const bool is_step = std::holds_alternative<AnnStep>(node.operation);
    const bool is_qcfs = options.threshold && options.threshold->kind == Kind::qcfs;
    if (is_qcfs && !is_clipped(node)) {
        throw RefusedError(named(node) +
                           ": qcfs takes the threshold that a network was trained with, and a ReLU without a cap has "
                           "none; use max or a percentile like 99.9%, with calibration samples");
    }
    if (is_qcfs || (!options.threshold && is_step)) return trained_thresholds(node);
    if (!options.threshold && measured == nullptr && is_clipped(node)) {
        LayerThresholds thresholds = trained_thresholds(node);
        thresholds.warnings.push_back(named(node) +
                                      ": no calibration samples, so its cap becomes its threshold; a threshold from "
                                      "data is usually lower and needs fewer ticks");
        return thresholds;
    }
    return data_based_thresholds(node, options.threshold.value_or(ThresholdRule{Kind::max, 0.0}), options, measured);
}

}  // namespace

LayerThresholds layer_thresholds(const AnnNode& node, const ConversionOptions& options,
                                 const ActivationHistogram* measured) {
    LayerThresholds thresholds = chosen_thresholds(node, options, measured);
    if (options.v_init) thresholds.v_init = *options.v_init;
    return thresholds;
}

}  // namespace syncopate
