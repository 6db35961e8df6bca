#pragma once

#include "topology/ann_graph.hpp"

#include <span>
#include <vector>

namespace syncopate::support {

/// The network's output for one sample, in double precision, in the plain order of the definitions: the slow twin of
/// inference. Requires: a valid graph, input.size() == graph.input_shape().size().
std::vector<double> evaluate(const AnnGraph& graph, std::span<const double> input);

}  // namespace syncopate::support
