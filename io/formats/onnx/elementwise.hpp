#pragma once

#include "io/formats/onnx/call.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace syncopate::onnx {

/// An element-wise operation with constants, as a further term.
struct ScalarStep {
    ScalarOperation operation = ScalarOperation::scale;
    std::vector<double> first = {};
    std::vector<double> second = {};
    std::string parameter = {};
    bool is_bias = false;
    bool is_list = false;
};

/// One constant operand made ready: the activation with its dimensions, and the values for it.
struct Operand {
    Activation x;
    std::vector<double> values;
    std::string parameter;
};

/// The activation with the dimensions that broadcasting gives it.
Activation widened(const Call& call, const Activation& x, const std::vector<std::int64_t>& dims);

/// The same activation on a term whose every element appears exactly once, so that element-wise operations on the term
/// are those on the activation.
Activation addressable(const Call& call, const Activation& x);

/// A constant's values for the elements of the term under `x`. Requires: x is addressable and has the broadcast
/// dimensions.
std::vector<double> parameter(const Call& call, const Constant& constant, const Activation& x);

/// The operation on the activation; unless it is the node's last one, nothing else uses its result.
Activation applied(const Call& call, const Activation& x, ScalarStep step, bool is_last = true);

Operand operand(const Call& call, const Activation& x, std::size_t constant_input);

// With the constant that is the call's input of that number.
Activation scaled(const Call& call, const Activation& x, std::size_t constant_input, bool divides);
Activation shifted(const Call& call, const Activation& x, std::size_t constant_input, double sign);
Activation bounded(const Call& call, const Activation& x, std::size_t constant_input, bool is_above);

/// Sum of two results of the network, element by element.
Activation sum(const Call& call, const Activation& first, const Activation& second, bool is_last = true);

/// Sum of two choices of elements of one node, not yet part of the graph; none where it is another kind of sum.
std::optional<Activation> pooled_sum(const Call& call, const Activation& first, const Activation& second);

}  // namespace syncopate::onnx
