#include "io/formats/onnx/elementwise.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/formats/onnx/moves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace syncopate::onnx {

namespace {

using Dims = std::vector<std::int64_t>;
using Operation = ScalarOperation;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// One value, or one for each channel, when the values say no more than that.
std::vector<double> compressed(std::vector<double> values, const Shape& shape) {
    const auto area = to_size(shape.area());
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

void require_finite(const std::vector<double>& values) {
    for (const double v : values) {
        if (!std::isfinite(v)) throw Error("its constant holds a value that is not finite");
    }
}

/// Whether a constant added to the term is the bias of the linear operator that gives it: that has none of its own, and
/// the constant is more than one number for all.
bool is_bias(const Call& call, const Constant& constant, std::int32_t term) {
    const std::int32_t node = call.terms().at(term).node;
    if (node < 0) return false;
    const auto* linear = std::get_if<AnnLinear>(&call.work().graph.nodes[to_size(node)].operation);
    if (linear == nullptr || !linear->bias.empty() || !std::holds_alternative<Convolution>(linear->stage)) return false;
    return constant.size() > 1 || (call.work().shape_of(node).channels == 1 && !constant.dims.empty());
}

/// A constant that was stored for every sample of a fixed batch. Throws Refusal unless all samples have the same.
Constant of_one_sample(const Constant& constant, Dims dims, std::size_t batch_axis) {
    const auto batch = to_size(dims[batch_axis]);
    std::size_t inner = 1;
    for (std::size_t axis = batch_axis + 1; axis < dims.size(); ++axis) inner *= to_size(dims[axis]);
    dims[batch_axis] = 1;
    std::vector<double> values;
    values.reserve(constant.size() / batch);
    for (std::size_t i = 0; i < constant.size(); ++i) {
        const std::size_t sample = i / inner % batch;
        if (sample == 0) values.push_back(constant.number(i));
        if (constant.number(i) == constant.number(i - sample * inner)) continue;
        throw Refusal("its constant differs between the samples of the batch");
    }
    return numbers(std::move(dims), std::move(values));
}

/// The elements of the term that the activation's are the sums of.
std::vector<std::int32_t> entries(const Activation& x, std::int64_t size) {
    if (!x.map.empty()) return x.map;
    std::vector<std::int32_t> all(to_size(size));
    std::iota(all.begin(), all.end(), 0);
    return all;
}

}  // namespace

Activation widened(const Call& call, const Activation& x, const Dims& dims) {
    if (x.dims == dims) return x;
    Activation result = x;
    result.batch_axis += dims.size() - x.dims.size();
    if (element_count(x.dims, std::int64_t{1} << 62) == element_count(dims, std::int64_t{1} << 62)) {
        result.dims = dims;  // only axes of 1 were added
        return result;
    }
    if (result.batch_axis != 0) {
        throw Refusal("broadcasting from " + to_string(x.dims) + " to " + to_string(dims) +
                      " where the batch is not the first axis is not supported");
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
    return {.term = call.terms().of_node(node), .dims = x.dims, .batch_axis = x.batch_axis};
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
    const std::size_t batch = x.batch_axis;
    if (call.work().batch > 1) per_sample[batch] = 1;
    Dims dims(x.dims.size() - std::min(x.dims.size(), constant.dims.size()), 1);
    dims.insert(dims.end(), constant.dims.begin(), constant.dims.end());
    if (call.work().batch > 1 && batch < dims.size() && dims[batch] != 1)
        return parameter(call, of_one_sample(constant, std::move(dims), batch), x);
    const std::int64_t size = sample_size(call.work(), x);
    call.work().budget.compute(size);
    std::vector<double> values(to_size(size));
    const Shape& shape = call.terms().shape(x.term);
    const bool is_by_channel = batch == 0 && x.map.empty() && dims.size() > 1 && dims[1] == shape.channels &&
                               static_cast<std::int64_t>(constant.size()) == dims[1] && x.dims[1] == dims[1];
    if (is_by_channel) {
        values.resize(constant.size());
        for (std::size_t c = 0; c < values.size(); ++c) values[c] = at(c);
        return compressed(std::move(values), {shape.channels, 1, 1});
    }
    call.work().budget.allocate(size);
    for_each_source(expansion(dims, per_sample), [&](std::int64_t position, std::int64_t source) {
        const auto i = to_size(position);
        const auto element = x.map.empty() ? i : to_size(x.map[i]);
        values[element] = at(to_size(source));
    });
    return compressed(std::move(values), shape);
}

Activation applied(const Call& call, const Activation& x, ScalarStep step, bool is_last) {
    const std::string& output = call.node().outputs[0];
    Term term{.operation = step.operation,
              .left = x.term,
              .first = std::move(step.first),
              .second = std::move(step.second),
              .uses = is_last && !output.empty() ? call.work().uses[output] : 1,
              .origin = call.position(),
              .parameter = std::move(step.parameter),
              .is_bias = step.is_bias,
              .is_list = step.is_list};
    Activation result = x;
    result.term = call.terms().append(std::move(term));
    return result;
}

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
    const Constant& constant = call.constant(constant_input, "its operand");
    return applied(call, by.x,
                   {.operation = Operation::offset,
                    .first = std::move(by.values),
                    .parameter = by.parameter,
                    .is_bias = is_bias(call, constant, by.x.term),
                    .is_list = constant.size() > 1});
}

Activation bounded(const Call& call, const Activation& x, std::size_t constant_input, bool is_above) {
    Operand by = operand(call, x, constant_input);
    ScalarStep step{Operation::clamp, {-infinity}, {infinity}, by.parameter};
    (is_above ? step.second : step.first) = std::move(by.values);
    return applied(call, by.x, std::move(step));
}

/// Sum of two results of the network, element by element.
Activation sum(const Call& call, const Activation& first, const Activation& second, bool is_last) {
    const Dims dims = broadcast(first.dims, second.dims);
    Activation a = addressable(call, widened(call, first, dims));
    Activation b = addressable(call, widened(call, second, dims));
    if (a.batch_axis != b.batch_axis) {
        throw Refusal("the samples of the batch lie along axis " + std::to_string(a.batch_axis) +
                      " of one operand and " + std::to_string(b.batch_axis) + " of the other; it would mix them");
    }
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

std::optional<Activation> pooled_sum(const Call& call, const Activation& first, const Activation& second) {
    constexpr std::size_t most_summands = 4096;
    const bool is_of_one_node =
        first.term == second.term && first.dims == second.dims && first.batch_axis == second.batch_axis;
    if (!is_of_one_node || (first.is_permutation && second.is_permutation)) return std::nullopt;
    const std::int64_t size = sample_size(call.work(), first);
    const std::size_t summands = first.summands + second.summands;
    if (summands > most_summands ||
        size * static_cast<std::int64_t>(summands) > std::numeric_limits<std::int32_t>::max())
        return std::nullopt;
    call.work().budget.allocate(size * static_cast<std::int64_t>(second.summands), sizeof(std::int32_t));
    call.work().budget.compute(size * static_cast<std::int64_t>(summands));
    const auto a = entries(first, size);
    const auto b = entries(second, size);
    Activation result = first;
    result.summands = summands;
    result.is_permutation = false;
    result.map.clear();
    result.map.reserve(a.size() + b.size());
    for (std::size_t i = 0; i < to_size(size); ++i) {
        const auto append = [&](const std::vector<std::int32_t>& from, std::size_t count) {
            const auto begin = from.begin() + static_cast<std::ptrdiff_t>(i * count);
            result.map.insert(result.map.end(), begin, begin + static_cast<std::ptrdiff_t>(count));
        };
        append(a, first.summands);
        append(b, second.summands);
    }
    call.report(NodeFate::folded, "part of a sum of elements");
    return result;
}

}  // namespace syncopate::onnx
