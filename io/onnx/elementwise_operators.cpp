#include "core/error.hpp"
#include "io/onnx/moves.hpp"
#include "io/onnx/operators.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace syncopate::onnx {

namespace {

using Dims = std::vector<std::int64_t>;
using Operation = ScalarOperation;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The activation with the dimensions that broadcasting gives it.
Activation widened(const Call& call, const Activation& x, const Dims& dims) {
    if (x.dims == dims) return x;
    Activation result = x;
    if (element_count(x.dims, std::int64_t{1} << 62) == element_count(dims, std::int64_t{1} << 62)) {
        result.dims = dims;  // only axes of 1 were added
        return result;
    }
    Dims from = x.dims;
    Dims to = dims;
    if (call.work().batch > 1) {
        if (from.size() != to.size() || from[0] != to[0]) throw Refusal("broadcasting mixes the samples of the batch");
        from[0] = to[0] = 1;
    }
    return call.moved(x, expansion(from, to));
}

/// The same activation on a term whose every element appears exactly once, so that element-wise operations on the term
/// are those on the activation.
Activation addressable(const Call& call, const Activation& x) {
    if (x.is_permutation) return x;
    const std::int32_t node = call.place(x, any_shape(call.work(), x));
    return {.term = call.terms().of_node(node), .dims = x.dims};
}

/// One value, or one for each channel, when the values say no more than that.
std::vector<double> compressed(std::vector<double> values, const Shape& shape) {
    const auto area = static_cast<std::size_t>(shape.area());
    bool is_uniform = true;
    bool is_by_channel = true;
    for (std::size_t i = 0; i < values.size(); ++i) {
        is_uniform = is_uniform && values[i] == values[0];
        is_by_channel = is_by_channel && values[i] == values[i - i % area];
    }
    if (is_uniform) return {values[0]};
    if (!is_by_channel) return values;
    std::vector<double> result;
    for (std::size_t i = 0; i < values.size(); i += area) result.push_back(values[i]);
    return result;
}

/// A constant's values for the elements of the term under `x`. Requires: x is addressable and has the broadcast
/// dimensions.
std::vector<double> parameter(const Call& call, const Constant& constant, const Activation& x) {
    const auto at = [&](std::size_t i) {
        const double value = constant.number(i);
        if (std::isnan(value)) throw Error("its constant holds a value that is not a number");
        return value;
    };
    if (constant.size() == 1) return {at(0)};
    Dims per_sample = x.dims;
    per_sample[0] = call.work().batch > 1 ? 1 : x.dims[0];
    Dims dims(x.dims.size() - std::min(x.dims.size(), constant.dims.size()), 1);
    dims.insert(dims.end(), constant.dims.begin(), constant.dims.end());
    if (call.work().batch > 1 && dims[0] != 1) throw Refusal("its constant differs between the samples of the batch");
    const std::int64_t size = sample_size(call.work(), x);
    call.work().budget.compute(size);
    std::vector<double> values(static_cast<std::size_t>(size));
    const Shape& shape = call.terms().shape(x.term);
    const bool is_by_channel = x.map.empty() && dims.size() > 1 && dims[1] == shape.channels &&
                               static_cast<std::int64_t>(constant.size()) == dims[1] && x.dims[1] == dims[1];
    if (is_by_channel) {
        values.resize(constant.size());
        for (std::size_t c = 0; c < values.size(); ++c) values[c] = at(c);
        return compressed(std::move(values), {shape.channels, 1, 1});
    }
    call.work().budget.allocate(size);
    for_each_source(expansion(dims, per_sample), [&](std::int64_t position, std::int64_t source) {
        const auto i = static_cast<std::size_t>(position);
        const auto element = x.map.empty() ? i : static_cast<std::size_t>(x.map[i]);
        values[element] = at(static_cast<std::size_t>(source));
    });
    return compressed(std::move(values), shape);
}

/// An element-wise operation with constants, as a further term.
struct Step {
    Operation operation = Operation::scale;
    std::vector<double> first;
    std::vector<double> second;
    std::string parameter;
};

Activation applied(const Call& call, const Activation& x, Step step, bool is_last = true) {
    const std::string& output = call.node().outputs[0];
    Term term{.operation = step.operation,
              .left = x.term,
              .first = std::move(step.first),
              .second = std::move(step.second),
              .uses = is_last && !output.empty() ? call.work().uses[output] : 1,
              .origin = call.position(),
              .parameter = std::move(step.parameter)};
    Activation result = x;
    result.term = call.terms().append(std::move(term));
    return result;
}

void require_finite(const std::vector<double>& values) {
    for (const double v : values) {
        if (!std::isfinite(v)) throw Error("its constant holds a value that is not finite");
    }
}

/// One constant operand made ready: the activation with its dimensions, and the values for it.
struct Operand {
    Activation x;
    std::vector<double> values;
    std::string parameter;
};

Operand operand(const Call& call, const Activation& x, std::size_t constant_input) {
    const Constant& constant = call.constant(constant_input, "its operand");
    if (constant.size() == 0) throw Error("its operand " + in_quotes(call.node().inputs[constant_input]) + " is empty");
    Operand result;
    result.x = addressable(call, widened(call, x, broadcast(x.dims, constant.dims)));
    result.values = parameter(call, constant, result.x);
    result.parameter = owner_of(call.node().inputs[constant_input]);
    return result;
}

Activation scaled(const Call& call, const Activation& x, std::size_t constant_input, bool divides) {
    Operand by = operand(call, x, constant_input);
    require_finite(by.values);
    for (double& v : by.values) {
        if (divides && v == 0.0) throw Error("it divides by 0");
        if (divides) v = 1.0 / v;
    }
    return applied(call, by.x, {Operation::scale, std::move(by.values), {}, by.parameter});
}

Activation shifted(const Call& call, const Activation& x, std::size_t constant_input, double sign) {
    Operand by = operand(call, x, constant_input);
    require_finite(by.values);
    for (double& v : by.values) v *= sign;
    return applied(call, by.x, {Operation::offset, std::move(by.values), {}, by.parameter});
}

Activation bounded(const Call& call, const Activation& x, std::size_t constant_input, bool is_above) {
    Operand by = operand(call, x, constant_input);
    Step step{Operation::clamp, {-infinity}, {infinity}, by.parameter};
    (is_above ? step.second : step.first) = std::move(by.values);
    return applied(call, by.x, std::move(step));
}

/// Sum of two results of the network, element by element.
Activation sum(const Call& call, const Activation& first, const Activation& second, bool is_last = true) {
    const Dims dims = broadcast(first.dims, second.dims);
    Activation a = addressable(call, widened(call, first, dims));
    Activation b = addressable(call, widened(call, second, dims));
    const auto base = [&](const Activation& x) { return call.terms().at(x.term).base; };
    if (base(a) != base(b) || a.map != b.map) {
        const bool has_same_map = a.map == b.map;
        const Shape shape = has_same_map ? call.terms().shape(a.term) : any_shape(call.work(), a);
        Activation plain_a = a;
        Activation plain_b = b;
        if (has_same_map) {
            plain_a.map.clear();
            plain_b.map.clear();
        } else {
            a.map.clear();
        }
        const std::int32_t left = call.place(plain_a, shape);
        const std::int32_t right = call.place(plain_b, shape);
        a.term = call.terms().of_node(call.work().add_node(call.position(), AnnAdd{}, {left, right}, shape));
        call.report(NodeFate::layer, "sum");
        return a;
    }
    Term term{.operation = Operation::sum,
              .left = a.term,
              .right = b.term,
              .uses = is_last ? call.work().uses[call.node().outputs[0]] : 1,
              .origin = call.position()};
    a.term = call.terms().append(std::move(term));
    return a;
}

void add(const Call& call) {
    Activation result;
    if (call.is_activation(0) && call.is_activation(1)) {
        result = sum(call, call.activation(0), call.activation(1));
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
