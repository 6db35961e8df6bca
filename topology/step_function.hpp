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

/// The same for a function of each channel, or one for all; or the reason why it is none. Thresholds may differ from
/// channel to channel, levels may not.
std::variant<std::vector<Staircase>, std::string> recognise_staircases(std::span<const ScalarExpression> channels);

/// Shifts of staircases: 1 − first/width, 0 where the first jump is a whole step above 0, 1 where it is at 0.
struct ShiftRange {
    double lowest = 0.0;
    double highest = 0.0;
};

ShiftRange shifts_of(std::span<const Staircase> stairs);
bool is_as_wide_as_high(std::span<const Staircase> stairs);

/// y = step(factor·x + offset). Both are empty (1 and 0), `offset` alone is, or they have as many values as there are
/// channels.
struct StepActivation {
    AnnStep step = {};
    std::vector<double> factor = {};
    std::vector<double> offset = {};
};

/// The staircases as one activation. Its shift is the one that all share; where they differ, or lie outside 0 … 1, what
/// the nearest possible one lacks is in the offset.
StepActivation step_of(std::span<const Staircase> stairs);

/// Both in one.
std::variant<StepActivation, std::string> recognise_step(std::span<const ScalarExpression> channels);

}  // namespace syncopate
