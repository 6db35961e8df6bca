#include "topology/step_function.hpp"

#include "core/index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

namespace syncopate {

namespace {

constexpr std::int32_t most_levels = 4096;
// Constants in the file are float32: positions and heights agree to about 1e-7 of the whole staircase.
// With 4096 levels that is 4e-4 of a step, still below the tolerance; staircases of more could be refused for it.
constexpr double tolerance = 1e-3;      // of one step
constexpr double snap_distance = 1e-6;  // below this a factor is 1, a shift is 0, ½ or 1

std::string text(double value) {
    std::ostringstream stream;
    stream.precision(6);
    stream << value;
    return stream.str();
}

double value_of(const ScalarNode& node, double left, double right, double x) {
    switch (node.operation) {
        case ScalarOperation::argument:
            return x;
        case ScalarOperation::scale:
            return node.first * left;
        case ScalarOperation::offset:
            return left + node.first;
        case ScalarOperation::clamp:
            // Not std::clamp, which is undefined where the bounds of the file are in the wrong order; ONNX defines Clip
            // as min(max(x, low), high) for that case, too.
            return std::min(std::max(left, node.first), node.second);
        case ScalarOperation::floor:
            return std::floor(left);
        case ScalarOperation::ceil:
            return std::ceil(left);
        case ScalarOperation::round:
            // ONNX rounds halves to even, as nearbyint does in the default mode; std::round would take them away from
            // 0.
            return std::nearbyint(left);
        case ScalarOperation::sum:
            return left + right;
    }
    return x;
}

// Why the ends are found by rules and not by evaluating the function far out: in sums such as x + (q − x), which
// quantised training leaves behind, nothing of q survives there.

/// How a function behaves far out: slope·|x| + value.
struct Asymptote {
    double slope = 0.0;
    double value = 0.0;
    double largest_slope = 0.0;  // of what was summed, to tell a slope from what cancellation leaves of it
};

// Factors were rounded to float32, so a slope such as that of x·a·b − x does not cancel to 0 exactly.
bool is_flat(const Asymptote& a) { return std::abs(a.slope) <= 1e-6 * a.largest_slope; }

Asymptote clamped(const Asymptote& a, double low, double high) {
    if (is_flat(a)) return {0.0, std::min(std::max(a.value, low), high), 0.0};
    const double end = a.slope > 0.0 ? high : low;
    // A ReLU is a clamp without upper bound: it leaves what grows as it is.
    if (std::isinf(end)) return a;
    return {0.0, end, 0.0};
}

Asymptote rounded(const ScalarNode& node, const Asymptote& a) {
    // Rounding changes what grows by less than 1, which does not matter far out. Where growth is cancelled afterwards,
    // as in x − floor(x), the rest is taken for constant though it is not; such a function does not pass difference()
    // in the end.
    if (!is_flat(a)) return a;
    return {0.0, value_of(node, a.value, 0.0, 0.0), 0.0};
}

Asymptote asymptote_of(const ScalarNode& node, const Asymptote& left, const Asymptote& right, double direction) {
    switch (node.operation) {
        case ScalarOperation::argument:
            return {direction, 0.0, 1.0};
        case ScalarOperation::scale:
            return {left.slope * node.first, left.value * node.first, left.largest_slope * std::abs(node.first)};
        case ScalarOperation::offset:
            return {left.slope, left.value + node.first, left.largest_slope};
        case ScalarOperation::clamp:
            return clamped(left, node.first, node.second);
        case ScalarOperation::sum:
            return {left.slope + right.slope, left.value + right.value,
                    std::max(left.largest_slope, right.largest_slope)};
        case ScalarOperation::floor:
        case ScalarOperation::ceil:
        case ScalarOperation::round:
            break;
    }
    return rounded(node, left);
}

/// Behaviour for x → +∞ (direction 1) or −∞ (direction −1).
Asymptote far_out(const ScalarExpression& expression, double direction) {
    std::vector<Asymptote> ends;
    ends.reserve(expression.size());
    for (const auto& node : expression) {
        // The first operation is the argument; its `left` and `right`, 0 by default, would be its own.
        const auto at = [&](std::int32_t i) { return ends.empty() ? Asymptote{} : ends[to_size(i)]; };
        ends.push_back(asymptote_of(node, at(node.left), at(node.right), direction));
    }
    return ends.back();
}

/// An expression that is evaluated often.
class Function {
public:
    explicit Function(const ScalarExpression& expression) : expression_(expression), values_(expression.size()) {}

    // Bisection evaluates the function some thousand times, so the array is kept from one call to the next. What the
    // first operation finds in it is of no importance, because an argument reads neither side.
    double operator()(double x) {
        for (std::size_t i = 0; i < expression_.size(); ++i) {
            const auto& node = expression_[i];
            values_[i] = value_of(node, values_[to_size(node.left)], values_[to_size(node.right)], x);
        }
        return values_.back();
    }

private:
    const ScalarExpression& expression_;
    std::vector<double> values_;
};

/// A power of two from which on, in `direction`, the function is within `distance` of `limit`; 0 when there is none.
double reach(Function& function, double direction, double limit, double distance) {
    // Two points, because a single one may lie where the function only passes the limit.
    const auto is_reached = [&](int exponent) {
        const double x = direction * std::ldexp(1.0, exponent);
        return std::abs(function(x) - limit) <= distance && std::abs(function(2.0 * x) - limit) <= distance;
    };
    int exponent = 0;
    while (exponent <= 100 && !is_reached(exponent)) ++exponent;
    if (exponent > 100) return 0.0;
    // The nearest such power is wanted, not any: bisection begins there, and in x + (q − x), as straight-through sums
    // are written, q loses its digits when x grows.
    while (exponent > -100 && is_reached(exponent - 1)) --exponent;
    return std::ldexp(1.0, exponent);
}

/// The smallest double in (low, high] at which the function exceeds `level`, supposing that it grows.
double crossing(Function& function, double low, double high, double level) {
    while (true) {
        // f(low) ≤ level < f(high) holds all the time, so the end is an exact jump: no double lies between the two. It
        // ends because every turn halves the distance; from ±2^100 down to the smallest doubles around 0 that is less
        // than 1300 turns.
        const double middle = low + (high - low) / 2.0;
        if (!(middle > low && middle < high)) return high;
        if (function(middle) > level) {
            high = middle;
        } else {
            low = middle;
        }
    }
}

/// Where the function differs from the staircase, or nothing.
std::string difference(Function& function, const Staircase& stairs) {
    const auto differs = [&](double x, double expected) {
        // Negated, so that NaN differs.
        return !(std::abs(function(x) - expected) <= tolerance * stairs.height);
    };
    const auto report = [&](double x, double expected) {
        return "it is not a staircase of " + std::to_string(stairs.levels) + " equal steps: f(" + text(x) + ") is " +
               text(function(x)) + " where " + text(expected) + " was expected";
    };
    for (std::int32_t level = 0; level <= stairs.levels; ++level) {
        const double begin = stairs.first + (level - 1) * stairs.width;
        // Not at the jumps themselves: constants that were rounded to float32 put them a little to the left or right.
        for (const double part : {tolerance, 0.25, 0.5, 0.75, 1.0 - tolerance}) {
            const double x = begin + part * stairs.width;
            if (differs(x, level * stairs.height)) return report(x, level * stairs.height);
        }
        // At 0 the side matters, because exactly 0 is what a neuron gets from silent inputs. Neurons fire when they
        // reach the threshold, so the jump must belong to the upper level, as with Floor.
        const double jump = begin + stairs.width;
        if (level < stairs.levels && std::abs(jump) < 1e-9 * stairs.width &&
            differs(0.0, (level + 1) * stairs.height)) {
            return "the jump at 0 leaves 0 on its lower side (Ceil instead of Floor?)";
        }
    }
    // Bisection has found one first and one last jump, supposing that the function grows. What falls again further out,
    // or begins before, shows here.
    for (const double steps : {1.5, 3.0, 10.0, 1000.0}) {
        const double below = stairs.first - steps * stairs.width;
        const double above = stairs.first + (stairs.levels - 1 + steps) * stairs.width;
        if (differs(below, 0.0)) return report(below, 0.0);
        if (differs(above, stairs.levels * stairs.height)) return report(above, stairs.levels * stairs.height);
    }
    return {};
}

/// The bottom must be 0 and the top a finite positive number; gives the top, or the reason why not.
std::variant<double, std::string> top_of(const ScalarExpression& expression) {
    const Asymptote left = far_out(expression, -1.0);
    const Asymptote right = far_out(expression, 1.0);
    if (!is_flat(right) || !std::isfinite(right.value)) return "it is not bounded above; clip it at its threshold";
    if (!is_flat(left) || !std::isfinite(left.value)) return "it is not bounded below; clip it at 0";
    if (!(right.value > 0.0)) return "it ends at " + text(right.value) + "; a threshold must be greater than 0";
    if (!(std::abs(left.value) <= snap_distance * right.value)) {
        return "it starts at " + text(left.value) + "; a spiking neuron starts at 0";
    }
    return right.value;
}

/// What is left of a constant of the file after a few roundings becomes the constant again.
double restored(double value) {
    // A few roundings in double leave 1e-16 or so, and the numbers of float32 lie 1e-7 apart: within 1e-12 the constant
    // of the file is meant. So thresholds are what the file says, to the last bit, however it writes the function.
    const auto stored = static_cast<double>(static_cast<float>(value));
    return std::abs(value - stored) <= 1e-12 * std::abs(stored) ? stored : value;
}

double shift_of(const Staircase& stairs) {
    const double shift = 1.0 - stairs.first / stairs.width;
    // A position is known to 1e-7 of the whole staircase, which are 1e-7 · levels of a step, the unit of the shift.
    const double distance = snap_distance + 1e-7 * stairs.levels;
    for (const double usual : {0.0, 0.5, 1.0}) {
        if (std::abs(shift - usual) <= distance) return usual;
    }
    const auto stored = static_cast<double>(static_cast<float>(shift));
    return std::abs(shift - stored) <= 1e-9 ? stored : shift;
}

double factor_of(const Staircase& stairs) {
    const double factor = stairs.height / stairs.width;
    return std::abs(factor - 1.0) <= snap_distance ? 1.0 : restored(factor);
}

/// How wide the steps are that come from the first rounding, if its argument is a multiple of the expression's.
double rounding_width(const ScalarExpression& expression, double otherwise) {
    double factor = 1.0;
    const auto is_rounding = [](const ScalarNode& node) {
        return node.operation == ScalarOperation::floor || node.operation == ScalarOperation::ceil ||
               node.operation == ScalarOperation::round;
    };
    const auto first = std::find_if(expression.begin(), expression.end(), is_rounding);
    if (first == expression.end()) return otherwise;
    // It ends because operations refer to earlier ones, and the argument is at 0. Behind a sum the argument of the
    // rounding is no multiple that can be read off.
    for (std::int32_t i = first->left; i > 0; i = expression[to_size(i)].left) {
        const ScalarNode& node = expression[to_size(i)];
        if (node.operation == ScalarOperation::sum) return otherwise;
        if (node.operation == ScalarOperation::scale) factor *= node.first;
    }
    return factor > 0.0 ? 1.0 / factor : otherwise;
}

}  // namespace

double evaluate(const ScalarExpression& expression, double x) {
    return expression.empty() ? x : Function(expression)(x);
}

std::variant<Staircase, std::string> recognise_staircase(const ScalarExpression& expression) {
    if (expression.empty()) return "it does nothing";
    const auto limit = top_of(expression);
    if (const auto* reason = std::get_if<std::string>(&limit)) return *reason;
    const double top = std::get<double>(limit);
    Function function(expression);
    const double right = reach(function, 1.0, top, 1e-6 * top);
    const double left = reach(function, -1.0, 0.0, 1e-6 * top);
    if (!(right > 0.0) || !(left > 0.0)) return "its steps lie too far out";

    Staircase stairs;
    // The level lies above what reach() allows at the bottom, 1e-6 of the top, and far below the lowest first step,
    // 1/4096 of it. The crossing is the first double behind the jump, so the function there is the height of a step.
    stairs.first = crossing(function, -left, right, 1e-5 * top);
    const double height = function(stairs.first);
    const double count = std::round(top / height);
    if (!(count >= 1.0 && count <= most_levels) || !(std::abs(top / height - count) <= tolerance)) {
        return "its first step is " + text(height) + ", which does not divide its threshold " + text(top) +
               " into 1 to " + std::to_string(most_levels) + " equal levels";
    }
    stairs.levels = static_cast<std::int32_t>(count);
    stairs.height = top / count;
    // Half a step below the top, so that neither an error of the top nor one of the step before decides.
    const double last = crossing(function, -left, right, top - stairs.height / 2.0);
    // From the first and the last jump, so that their errors are shared out among all steps. With one level there is
    // one jump only, which says nothing about width; then the factor before the rounding does.
    stairs.width =
        stairs.levels == 1 ? rounding_width(expression, stairs.height) : (last - stairs.first) / (count - 1.0);
    if (!(stairs.width > 0.0)) return "its levels are not reached one after the other";
    if (auto reason = difference(function, stairs); !reason.empty()) return reason;
    return stairs;
}

std::variant<std::vector<Staircase>, std::string> recognise_staircases(std::span<const ScalarExpression> channels) {
    std::vector<Staircase> stairs;
    for (std::size_t c = 0; c < channels.size(); ++c) {
        const auto found = recognise_staircase(channels[c]);
        const std::string where = channels.size() == 1 ? "" : "channel " + std::to_string(c) + ": ";
        if (const auto* reason = std::get_if<std::string>(&found)) return where + *reason;
        stairs.push_back(std::get<Staircase>(found));
        if (stairs.back().levels != stairs.front().levels) {
            return where + "it has " + std::to_string(stairs.back().levels) + " levels, channel 0 has " +
                   std::to_string(stairs.front().levels) + "; all channels must have the same number";
        }
    }
    if (stairs.empty()) return "it has no channels";
    return stairs;
}

ShiftRange shifts_of(std::span<const Staircase> stairs) {
    ShiftRange range{shift_of(stairs.front()), shift_of(stairs.front())};
    for (const Staircase& s : stairs) {
        range.lowest = std::min(range.lowest, shift_of(s));
        range.highest = std::max(range.highest, shift_of(s));
    }
    return range;
}

bool is_as_wide_as_high(std::span<const Staircase> stairs) {
    return std::ranges::all_of(stairs, [](const Staircase& s) { return factor_of(s) == 1.0; });
}

StepActivation step_of(std::span<const Staircase> stairs) {
    StepActivation activation;
    const ShiftRange shifts = shifts_of(stairs);
    activation.step.levels = stairs.front().levels;
    // A population has one v_init for all channels, and the shift becomes it. Where channels differ, what is missing
    // becomes a bias, which is exact at T = L only; so ½, the shift of QCFS, is taken if it lies among them, else the
    // nearest.
    activation.step.shift = std::clamp(std::clamp(0.5, shifts.lowest, shifts.highest), 0.0, 1.0);
    for (const Staircase& s : stairs) {
        activation.step.threshold.push_back(restored(s.height * s.levels));
        activation.factor.push_back(factor_of(s));
        activation.offset.push_back((shift_of(s) - activation.step.shift) * s.height);
    }
    const auto are = [](const std::vector<double>& values, double value) {
        return std::ranges::all_of(values, [&](double v) { return v == value; });
    };
    if (are(activation.offset, 0.0)) activation.offset.clear();
    if (activation.offset.empty() && are(activation.factor, 1.0)) activation.factor.clear();
    return activation;
}

std::variant<StepActivation, std::string> recognise_step(std::span<const ScalarExpression> channels) {
    auto stairs = recognise_staircases(channels);
    if (auto* reason = std::get_if<std::string>(&stairs)) return std::move(*reason);
    return step_of(std::get<std::vector<Staircase>>(stairs));
}

}  // namespace syncopate
