#pragma once

#include "topology/ann_graph.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace syncopate {

enum class ScalarOperation {
    argument,  // x
    scale,     // first · left
    offset,    // left + first
    clamp,     // min(max(left, first), second)
    floor,     // of left
    ceil,      // of left
    round,     // of left, halves to even
    sum        // left + right
};

/// One operation on numbers. `left` and `right` are positions of earlier operations in the expression.
struct ScalarNode {
    ScalarOperation operation = ScalarOperation::argument;
    std::int32_t left = 0;
    std::int32_t right = 0;
    double first = 0.0;
    double second = 0.0;
};

/// A function of one number, as a list of operations; the last one gives the result. Everything quantised activations
/// are written with (division, floor, clip, ReLU, minimum, straight-through sums) can be said this way.
using ScalarExpression = std::vector<ScalarNode>;

/// The function's value at x, in double precision.
double evaluate(const ScalarExpression& expression, double x);

/// A staircase of equal steps: 0 below `first`; then `levels` jumps by `height`, one every `width`, and no more.
struct Staircase {
    double first = 0.0;
    double width = 1.0;
    double height = 1.0;
    std::int32_t levels = 1;
};

/// The staircase that the expression describes, whatever operations it is written with; or the reason why it is none.
/// Checked numerically in the middle and near both ends of every step, and beyond both ends of the staircase.
/// Accepts at most 4096 levels. Which side of a jump the jump itself belongs to is not told apart, except at 0.
std::variant<Staircase, std::string> recognise_staircase(const ScalarExpression& expression);

/// y = step(factor·x + offset). `factor` and `offset` are empty (1 and 0), or have as many values as there are
/// channels.
struct StepActivation {
    AnnStep step = {};
    std::vector<double> factor = {};
    std::vector<double> offset = {};
};

/// The same for an activation with one expression for each channel, or one for all; or the reason why it is none.
/// Thresholds may differ from channel to channel, levels may not. Needs no factor and offset when the steps are as high
/// as they are wide and all channels share a shift from 0 to 1; otherwise they move the staircase to shift ½.
std::variant<StepActivation, std::string> recognise_step(std::span<const ScalarExpression> channels);

}  // namespace syncopate
