#include "core/error.hpp"
#include "io/formats/onnx/elementwise.hpp"
#include "io/formats/onnx/operators.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace syncopate::onnx {

namespace {

using Dims = std::vector<std::int64_t>;
using Operation = ScalarOperation;

constexpr double infinity = std::numeric_limits<double>::infinity();

void add(const Call& call) {
    Activation result;
    if (call.is_activation(0) && call.is_activation(1)) {
        const auto pooled = pooled_sum(call, call.summands(0), call.summands(1));
        result = pooled ? *pooled : sum(call, call.activation(0), call.activation(1));
    } else {
        const std::size_t x = call.is_activation(0) ? 0 : 1;
        result = shifted(call, call.activation(x), 1 - x, 1.0);
    }
    call.give(std::move(result));
}

void subtract(const Call& call) {
    if (call.is_constant(1)) return call.give(shifted(call, call.activation(0), 1, -1.0));
    const Activation negated =
        applied(call, addressable(call, call.activation(1)), {Operation::scale, {-1.0}, {}, {}}, false);
    if (call.is_constant(0)) return call.give(shifted(call, negated, 0, 1.0));
    call.give(sum(call, call.activation(0), negated));
}

void multiply(const Call& call) {
    if (call.is_activation(0) && call.is_activation(1)) {
        throw Refusal(
            "it multiplies two results of the network (a gate, attention, squeeze-and-excitation or a swish?), "
            "which spikes cannot do; one factor must be a constant");
    }
    const std::size_t x = call.is_activation(0) ? 0 : 1;
    call.give(scaled(call, call.activation(x), 1 - x, false));
}

void divide(const Call& call) {
    if (call.is_activation(1)) {
        throw Refusal("it divides by a result of the network, which spikes cannot do; the divisor must be a constant");
    }
    call.give(scaled(call, call.activation(0), 1, true));
}

void negate(const Call& call) {
    call.give(applied(call, addressable(call, call.activation(0)), {Operation::scale, {-1.0}, {}, {}}));
}

void sum_of_all(const Call& call) {
    Activation result = call.activation(call.is_activation(0) || call.input_count() < 2 ? 0 : 1);
    const std::size_t skipped = call.is_activation(0) || call.input_count() < 2 ? 0 : 1;
    for (std::size_t i = 0; i < call.input_count(); ++i) {
        if (i == skipped) continue;
        result = call.is_constant(i) ? shifted(call, result, i, 1.0) : sum(call, result, call.activation(i), false);
    }
    if (call.input_count() == 1) call.report(NodeFate::ignored, "does not change its input");
    call.give(std::move(result));
}

void relu(const Call& call) {
    call.give(applied(call, addressable(call, call.activation(0)), {Operation::clamp, {0.0}, {infinity}, {}}));
}

/// A bound of Clip, from an input or, in old files, an attribute.
double clip_bound(const Call& call, std::size_t input, const char* attribute, double otherwise) {
    double bound = call.number(attribute, otherwise);
    if (call.has_input(input)) {
        const Constant& given = call.constant(input, "its bound");
        if (given.size() > 1) throw Error("its bound has dimensions " + to_string(given.dims) + ", must be one number");
        if (given.size() == 1) bound = given.number(0);
    }
    if (std::isnan(bound)) throw Error("its bound is not a number");
    return std::abs(bound) >= 3.4e38 ? std::copysign(infinity, bound) : bound;
}

void clip(const Call& call) {
    const Activation x = addressable(call, call.activation(0));
    const double low = clip_bound(call, 1, "min", -infinity);
    const double high = clip_bound(call, 2, "max", infinity);
    const auto parameter_owner = owner_of(call.has_input(2) ? call.node().inputs[2] : "");
    call.give(applied(call, x, {Operation::clamp, {low}, {high}, parameter_owner}));
}

void bound(const Call& call) {
    const bool is_above = call.node().op == "Min";
    std::size_t x = 0;
    std::size_t activations = 0;
    for (std::size_t i = 0; i < call.input_count(); ++i) {
        if (!call.is_activation(i)) continue;
        x = i;
        ++activations;
    }
    if (activations > 1) {
        throw Refusal("it compares two results of the network, which spikes cannot do; one operand must be a constant");
    }
    Activation result = call.activation(x);
    for (std::size_t i = 0; i < call.input_count(); ++i) {
        if (i != x) result = bounded(call, result, i, is_above);
    }
    if (call.input_count() == 1) call.report(NodeFate::ignored, "does not change its input");
    call.give(std::move(result));
}

template <Operation operation>
void rounding(const Call& call) {
    call.give(applied(call, addressable(call, call.activation(0)), {operation, {}, {}, {}}));
}

}  // namespace

Operator elementwise_operator(const std::string& op) {
    static const std::map<std::string, Operator> table = {{"Add", add},
                                                          {"Sub", subtract},
                                                          {"Mul", multiply},
                                                          {"Div", divide},
                                                          {"Neg", negate},
                                                          {"Sum", sum_of_all},
                                                          {"Relu", relu},
                                                          {"Clip", clip},
                                                          {"Min", bound},
                                                          {"Max", bound},
                                                          {"Floor", rounding<Operation::floor>},
                                                          {"Ceil", rounding<Operation::ceil>},
                                                          {"Round", rounding<Operation::round>}};
    const auto found = table.find(op);
    return found == table.end() ? nullptr : found->second;
}

}  // namespace syncopate::onnx
