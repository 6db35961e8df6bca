#pragma once

#include "topology/conversion/calibration.hpp"
#include "topology/conversion/convert.hpp"

#include <string>
#include <vector>

namespace syncopate {

/// The thresholds of one converted activation.
struct LayerThresholds {
    std::vector<double> v_threshold;  // one value or one a channel, > 0
    std::string rule;                 // "qcfs", "cap", or the data-based rule
    std::vector<std::string> warnings;
    double v_init = 0.5;  // in thresholds
    std::int32_t floored_channels = 0;
};

/// `measured`: what calibration found of this node; none without calibration. Throws as convert() does.
LayerThresholds layer_thresholds(const AnnNode& node, const ConversionOptions& options,
                                 const ActivationHistogram* measured);

}  // namespace syncopate
