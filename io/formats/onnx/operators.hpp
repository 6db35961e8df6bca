#pragma once

#include "io/formats/onnx/call.hpp"

#include <string>
#include <utility>

namespace syncopate::onnx {

/// Evaluates one node into outputs and a row of the table.
/// Throws Error where the node is malformed, Refusal where it cannot become part of a spiking network.
using Operator = void (*)(const Call&);

/// Convolutions, pooling and means over space; null for other operators.
Operator window_operator(const std::string& op);

/// Fully connected layers, batch normalisation, concatenation and the softmax at the end; null for other operators.
Operator layer_operator(const std::string& op);

/// Arithmetic, bounds and rounding, element by element; null for other operators.
Operator elementwise_operator(const std::string& op);

/// Rectifiers with parameters, comparisons and choices, and what has no effect on inference; null for other operators.
Operator choice_operator(const std::string& op);

/// Computes the result of an operator whose inputs are all constants; null where that is not possible.
Operator folding_operator(const std::string& op);

/// Smallest and largest whole number that the QuantizeLinear gives, by the type of its zero point.
std::pair<double, double> quantised_range(const Call& call);

/// Why `op` is refused and what to do; a general answer for operators nobody has heard of.
std::string hint(const std::string& op);

/// Whether the unsupported operator's result has the shape of its first input, so that the import can go on.
bool keeps_shape(const std::string& op);

}  // namespace syncopate::onnx
