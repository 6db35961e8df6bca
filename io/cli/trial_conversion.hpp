#pragma once

#include "core/compiled_network.hpp"
#include "io/formats/onnx/import.hpp"
#include "topology/conversion/convert.hpp"

#include <optional>
#include <string>

namespace syncopate {

/// What convert would say of a network without data.
struct TrialConversion {
    std::string refusal = {};                      // why convert refuses the network, whatever the data; empty if not
    std::string open = {};                         // why thresholds are not known without data; empty if they are
    std::optional<CompiledNetwork> compiled = {};  // with the thresholds that convert would choose without data
};

/// Converts, with other thresholds in the place of those that need data, or, where none do, compiles too. Requires: no
/// row is refused. The row of a node that is the reason of the refusal becomes refused.
TrialConversion try_conversion(OnnxImport& import);

/// Throws RefusedError where the conversion will refuse the network, whatever thresholds its data give. `graph`: with
/// its max pooling arranged by the choices of `options`.
void require_convertible(AnnGraph& graph, const ConversionOptions& options);

}  // namespace syncopate
