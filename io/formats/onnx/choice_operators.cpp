// Rectifiers with a parameter, choices between two values, quantisation, and what has no effect on inference.
#include "core/error.hpp"
#include "core/index.hpp"
#include "io/formats/onnx/elementwise.hpp"
#include "io/formats/onnx/moves.hpp"
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

void pass(const Call& call) {
    call.report(NodeFate::ignored, "has no effect on inference");
    call.give(call.activation(0));
}

/// Training mode is an input from opset 12 on, and was told by `is_test` before 7.
void dropout(const Call& call) {
    if (call.is_output_used(1)) throw Refusal("its mask is used; export the network for inference (model.eval())");
    const bool is_training = (call.has_input(2) && call.constant(2, "training_mode").number(0) != 0.0) ||
                             (call.opset() < 7 && call.integer("is_test", 0) == 0);
    if (is_training) throw Refusal("it is in training mode; call model.eval() before the export");
    pass(call);
}

void cast(const Call& call) {
    const std::int64_t to = call.integer("to", 1);
    if (to != 1 && to != 10 && to != 11 && to != 16) throw Refusal(hint("Cast"));
    pass(call);
}

void cast_like(const Call& call) {
    if (call.is_constant(1) && call.constant(1, "its type").is_integer()) throw Refusal(hint("Cast"));
    pass(call);
}

/// What the negative side is multiplied with: 0 makes a ReLU, 1 changes nothing.
void rectify(const Call& call, const std::vector<double>& slopes) {
    const auto are = [&](double slope) {
        return !slopes.empty() && std::all_of(slopes.begin(), slopes.end(), [&](double s) { return s == slope; });
    };
    if (are(1.0)) {
        call.report(NodeFate::ignored, "does not change its input");
        return call.give(call.activation(0));
    }
    if (!are(0.0)) throw Refusal(hint(call.node().op));
    call.give(applied(call, addressable(call, call.activation(0)), {Operation::clamp, {0.0}, {infinity}}));
}

void leaky_relu(const Call& call) { rectify(call, {call.number("alpha", 0.01)}); }

void parametric_relu(const Call& call) {
    const Constant& slope = call.constant(1, "its slope");
    const Dims& dims = call.activation(0).dims;
    if (broadcast(dims, slope.dims) != dims) throw Error("its slope does not fit " + to_string(dims));
    std::vector<double> slopes;
    for (std::size_t i = 0; i < slope.size(); ++i) slopes.push_back(slope.number(i));
    rectify(call, slopes);
}

/// Elu and ThresholdedRelu with alpha 0; another one is no ReLU.
void shaped_relu(const Call& call) { rectify(call, {call.number("alpha", 1.0) == 0.0 ? 0.0 : -1.0}); }

template <bool is_above>
void compare(const Call& call) {
    if (call.is_activation(0) && call.is_activation(1)) throw Refusal(hint("Where"));
    const std::size_t x = call.is_activation(0) ? 0 : 1;
    // Chosen elements get a node of their own once, so that the choice is recognised as one among them.
    Value& given = call.work().values.at(call.node().inputs[x]);
    if (!call.activation(x).is_permutation) given = addressable(call, call.activation(x));
    Operand by = operand(call, std::get<Activation>(given), 1 - x);
    call.report(NodeFate::folded, "part of a choice");
    call.give(Comparison{by.x, std::move(by.values), is_above == (x == 0)});
}

void negation(const Call& call) {
    const auto* given = std::get_if<Comparison>(&call.input(0));
    if (given == nullptr) throw Refusal(hint("Where"));
    Comparison result = *given;
    result.is_above = !result.is_above;
    call.report(NodeFate::folded, "part of a choice");
    call.give(std::move(result));
}

/// Elements of the activation, and 0 where the mask chooses the constant.
void masked(const Call& call, std::size_t x_input) {
    const Constant& other = call.constant(3 - x_input, "its constant");
    for (std::size_t i = 0; i < other.size(); ++i) {
        if (other.number(i) != 0.0) throw Refusal("a mask that puts other numbers than 0 is not supported");
    }
    const Constant& mask = call.constant(0, "its condition");
    const Activation& given = call.activation(x_input);
    const Activation x = widened(call, given, broadcast(broadcast(given.dims, other.dims), mask.dims));
    Dims per_sample = x.dims;
    if (call.work().batch > 1 && x.batch_axis < per_sample.size()) per_sample[x.batch_axis] = 1;
    Dims dims(per_sample.size() - mask.dims.size(), 1);
    dims.insert(dims.end(), mask.dims.begin(), mask.dims.end());
    if (call.work().batch > 1 && dims[x.batch_axis] != 1)
        throw Refusal("its condition differs between the samples of the batch");
    const std::int64_t size = sample_size(call.work(), x);
    call.work().budget.allocate(size, sizeof(std::int32_t));
    call.work().budget.compute(size);
    Activation result = x;
    result.is_permutation = false;
    result.map.resize(to_size(size));
    for_each_source(expansion(dims, per_sample), [&](std::int64_t position, std::int64_t source) {
        const auto i = to_size(position);
        const bool is_first = mask.number(to_size(source)) != 0.0;
        const std::int32_t element = x.map.empty() ? static_cast<std::int32_t>(position) : x.map[i];
        result.map[i] = is_first == (x_input == 1) ? element : -1;
    });
    call.report(NodeFate::folded, "puts zeros");
    call.give(std::move(result));
}

/// The larger or smaller of an activation and the bound it is compared with.
void where(const Call& call) {
    const bool has_constant = call.is_constant(1) != call.is_constant(2);
    if (!has_constant) throw Refusal(hint("Where"));
    const std::size_t x_input = call.is_constant(1) ? 2 : 1;
    if (call.is_constant(0)) return masked(call, x_input);
    const auto* comparison = std::get_if<Comparison>(&call.input(0));
    if (comparison == nullptr) throw Refusal(hint("Where"));
    const Operand chosen = operand(call, call.activation(x_input), 3 - x_input);
    const bool is_same = chosen.x.term == comparison->x.term && chosen.x.map == comparison->x.map &&
                         chosen.x.dims == comparison->x.dims && chosen.values == comparison->bound;
    if (!is_same) {
        throw Refusal(
            "it chooses between two values that differ at the bound, or by another result than it passes on; "
            "only max(x, bound) and min(x, bound) can be said this way");
    }
    ScalarStep step{Operation::clamp, {-infinity}, {infinity}, chosen.parameter};
    call.terms().drop_use(chosen.x.term);  // the comparison's
    const bool is_raised = comparison->is_above == (x_input == 1);
    (is_raised ? step.first : step.second) = chosen.values;
    call.give(applied(call, chosen.x, std::move(step)));
}

}  // namespace

std::pair<double, double> quantised_range(const Call& call) {
    std::int64_t type = call.integer("output_dtype", 0);
    if (call.has_input(2)) type = call.constant(2, "its zero point").element_type;
    if (type == 0 && call.has_input(2))
        throw Refusal("the type of its zero point is not known, because it is computed");
    if (type == 0) type = 2;
    static const std::map<std::int64_t, std::pair<double, double>> ranges = {
        {2, {0.0, 255.0}}, {3, {-128.0, 127.0}}, {4, {0.0, 65535.0}}, {5, {-32768.0, 32767.0}}};
    const auto found = ranges.find(type);
    if (found == ranges.end())
        throw Refusal("quantisation to element type " + std::to_string(type) + " is not supported");
    return found->second;
}

namespace {

void require_one_number(const Call& call) {
    const bool has_zero = call.has_input(2);
    if (call.constant(1, "its scale").size() == 1 && (!has_zero || call.constant(2, "its zero point").size() == 1))
        return;
    throw Refusal("its scale differs from channel to channel; quantise activations by one scale for each layer");
}

double zero_point(const Call& call) { return call.has_input(2) ? call.constant(2, "its zero point").number(0) : 0.0; }

/// Becomes part of a step activation, or is refused as a rounding that is none.
void quantize(const Call& call) {
    require_one_number(call);
    const auto [low, high] = quantised_range(call);
    Activation y = scaled(call, call.activation(0), 1, true);
    y = applied(call, y, {Operation::round}, false);
    y = applied(call, y, {Operation::offset, {zero_point(call)}}, false);
    call.give(applied(call, y, {Operation::clamp, {low}, {high}}));
}

void dequantize(const Call& call) {
    require_one_number(call);
    const Activation y =
        applied(call, addressable(call, call.activation(0)), {Operation::offset, {-zero_point(call)}}, false);
    call.give(scaled(call, y, 1, false));
}

}  // namespace

Operator choice_operator(const std::string& op) {
    static const std::map<std::string, Operator> table = {{"Identity", pass},
                                                          {"Dropout", dropout},
                                                          {"Cast", cast},
                                                          {"CastLike", cast_like},
                                                          {"LeakyRelu", leaky_relu},
                                                          {"PRelu", parametric_relu},
                                                          {"Elu", shaped_relu},
                                                          {"ThresholdedRelu", shaped_relu},
                                                          {"Greater", compare<true>},
                                                          {"GreaterOrEqual", compare<true>},
                                                          {"Less", compare<false>},
                                                          {"LessOrEqual", compare<false>},
                                                          {"Not", negation},
                                                          {"Where", where},
                                                          {"QuantizeLinear", quantize},
                                                          {"DequantizeLinear", dequantize}};
    const auto found = table.find(op);
    return found == table.end() ? nullptr : found->second;
}

}  // namespace syncopate::onnx
