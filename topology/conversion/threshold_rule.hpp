#pragma once

#include <string>
#include <string_view>

namespace syncopate {

/// Where the thresholds of converted activations come from.
struct ThresholdRule {
    enum class Kind {
        qcfs,        // what the network was trained with: θ of a step, the cap of a clipped ReLU
        max,         // the largest activation of the calibration samples
        percentile,  // the activation below which `value` per cent of them lie
        scaled_max,  // `value` times the largest activation
    };
    Kind kind = Kind::max;
    double value = 0.0;
};

/// "qcfs", "max", "99.9%" (a percentile, more than 0 and at most 100) or "0.8" (a factor of the maximum, more than 0
/// and at most 16). Throws UsageError naming the text and what is possible.
ThresholdRule parse_threshold_rule(std::string_view text);

/// As parse_threshold_rule reads it.
std::string to_string(const ThresholdRule& rule);

}  // namespace syncopate
