#include "io/formats/onnx/folding.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "io/formats/onnx/moves.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace syncopate::onnx {

constexpr std::int64_t most_elements = std::int64_t{1} << 27;

std::size_t counted(const Call& call, const std::vector<std::int64_t>& dims, std::int64_t bytes_each) {
    const std::int64_t count = element_count(dims, most_elements);
    if (count < 0) throw Error("a constant of dimensions " + to_string(dims) + " is too large or impossible");
    call.work().budget.allocate(count, bytes_each);
    call.work().budget.compute(count);
    return to_size(count);
}

void fold(const Call& call, Constant result) {
    call.report(NodeFate::folded, "a constant");
    call.give(std::move(result));
}

namespace {

using Dims = std::vector<std::int64_t>;

const Constant& argument(const Call& call, std::size_t i) { return call.constant(i, "its operand"); }

void cast(const Call& call) {
    const Constant& x = argument(call, 0);
    const std::int64_t to = call.integer("to", 0);
    const bool is_float = to == 1 || to == 10 || to == 11 || to == 16;
    const bool is_whole = (to >= 2 && to <= 7) || to == 9 || to == 12 || to == 13;
    if (!is_float && !is_whole) throw Refusal("constants of element type " + std::to_string(to) + " are not supported");
    const std::size_t count = counted(call, x.dims);
    if (is_float) {
        std::vector<double> values(count);
        for (std::size_t i = 0; i < count; ++i) values[i] = x.number(i);
        return fold(call, numbers(x.dims, std::move(values)));
    }
    std::vector<std::int64_t> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = to == 9 ? (x.number(i) != 0.0 ? 1 : 0) : x.integer(i);
    fold(call, integers(x.dims, std::move(values)));
}

void constant_node(const Call& call) {
    const auto& attributes = call.node().attributes;
    const auto value = attributes.find("value");
    if (value != attributes.end() && value->second.tensor) {
        counted(call, value->second.tensor->dims);
        return fold(call, *value->second.tensor);
    }
    const auto list_dims = [](std::size_t count) { return Dims{static_cast<std::int64_t>(count)}; };
    if (call.has("value_float")) return fold(call, numbers({}, {call.number("value_float", 0.0)}));
    if (call.has("value_int")) return fold(call, integers({}, {call.integer("value_int", 0)}));
    if (call.has("value_ints")) {
        auto list = call.integers("value_ints", {});
        return fold(call, integers(list_dims(list.size()), list));
    }
    if (call.has("value_floats")) {
        const auto& list = attributes.at("value_floats").numbers;
        return fold(call, numbers(list_dims(list.size()), list));
    }
    throw Refusal("a constant that is neither a dense tensor nor numbers is not supported");
}

void constant_of_shape(const Call& call) {
    const Dims dims = call.integer_list(0, "shape");
    const auto value = call.node().attributes.find("value");
    const bool has_value = value != call.node().attributes.end() && value->second.tensor;
    const Constant fill = has_value ? *value->second.tensor : Constant{.dims = {1}, .values = std::vector<float>{0.0F}};
    if (fill.size() != 1) throw Error("value must be one number");
    const std::size_t count = counted(call, dims, fill.bytes());
    Constant result{.dims = dims};
    std::visit([&](const auto& one) { result.values = std::decay_t<decltype(one)>(count, one[0]); }, fill.values);
    fold(call, std::move(result));
}

void range(const Call& call) {
    for (std::size_t i = 0; i < 3; ++i) {
        if (argument(call, i).size() != 1) throw Error("start, limit and delta must be one number each");
    }
    const double start = argument(call, 0).number(0);
    const double delta = argument(call, 2).number(0);
    const double count = std::max(0.0, std::ceil((argument(call, 1).number(0) - start) / delta));
    if (!(count <= static_cast<double>(most_elements))) throw Error("the range is too long");
    std::vector<double> values(counted(call, {static_cast<std::int64_t>(count)}));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = start + static_cast<double>(i) * delta;
    Constant result = numbers({static_cast<std::int64_t>(values.size())}, values);
    if (argument(call, 0).is_integer()) result = integers(result.dims, {values.begin(), values.end()});
    fold(call, std::move(result));
}

void concatenation(const Call& call) {
    const std::size_t axis = axis_of(call.integer("axis", 0), argument(call, 0).dims.size());
    Dims dims = argument(call, 0).dims;
    dims[axis] = 0;
    bool is_whole = true;
    for (std::size_t i = 0; i < call.input_count(); ++i) {
        const Constant& part = argument(call, i);
        Dims others = part.dims;
        if (others.size() == dims.size()) others[axis] = dims[axis];
        if (others != dims) throw Error("its inputs' dimensions do not agree: " + to_string(part.dims));
        dims[axis] += part.dims[axis];
        if (dims[axis] > most_elements) throw Error("the result is too large");
        is_whole = is_whole && part.is_integer();
    }
    const std::size_t count = counted(call, dims);
    const auto outer = to_size(std::max<std::int64_t>(
        0, element_count(Dims(dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(axis)), most_elements)));
    std::vector<double> values;
    std::vector<std::int64_t> whole;
    is_whole ? whole.reserve(count) : values.reserve(count);
    for (std::size_t o = 0; o < outer; ++o) {
        for (std::size_t i = 0; i < call.input_count(); ++i) {
            const Constant& part = argument(call, i);
            const std::size_t chunk = part.size() / std::max<std::size_t>(outer, 1);
            for (std::size_t k = o * chunk; k < (o + 1) * chunk; ++k) {
                is_whole ? whole.push_back(part.integer(k)) : values.push_back(part.number(k));
            }
        }
    }
    fold(call, is_whole ? integers(dims, std::move(whole)) : numbers(dims, std::move(values)));
}

void shape(const Call& call) {
    const auto* activation = std::get_if<Activation>(&call.input(0));
    const Dims dims = activation != nullptr ? activation->dims : argument(call, 0).dims;
    const auto rank = static_cast<std::int64_t>(dims.size());
    const auto clamped = [&](std::int64_t i) {
        return std::min(std::max<std::int64_t>(i < -rank ? 0 : i < 0 ? i + rank : i, 0), rank);
    };
    const std::int64_t start = clamped(call.integer("start", 0));
    const std::int64_t end = std::max(start, clamped(call.integer("end", rank)));
    const Dims part(dims.begin() + start, dims.begin() + end);
    fold(call, integers({end - start}, part));
}

void size(const Call& call) {
    const auto* activation = std::get_if<Activation>(&call.input(0));
    const Dims dims = activation != nullptr ? activation->dims : argument(call, 0).dims;
    fold(call, integers({}, {element_count(dims, std::int64_t{1} << 62)}));
}

void unchanged(const Call& call) {
    call.work().budget.allocate(argument(call, 0).bytes(), 1);
    fold(call, argument(call, 0));
}

/// The second input says the type only; results of the network are floating point.
void cast_like(const Call& call) {
    const Constant& x = argument(call, 0);
    const auto* like = std::get_if<Constant>(&call.input(1));
    const bool is_whole = like != nullptr && like->is_integer();
    if (is_whole == x.is_integer()) return unchanged(call);
    const std::size_t count = counted(call, x.dims);
    std::vector<double> values;
    std::vector<std::int64_t> whole;
    for (std::size_t i = 0; i < count; ++i) is_whole ? whole.push_back(x.integer(i)) : values.push_back(x.number(i));
    fold(call, is_whole ? integers(x.dims, std::move(whole)) : numbers(x.dims, std::move(values)));
}

void where(const Call& call) {
    const Dims dims = broadcast(argument(call, 0).dims, broadcast(argument(call, 1).dims, argument(call, 2).dims));
    counted(call, dims);
    const auto spread = [&](std::size_t i) {
        return moved(argument(call, i), expansion(argument(call, i).dims, dims));
    };
    const Constant condition = spread(0);
    Constant result = spread(1);
    const Constant other = spread(2);
    if (result.values.index() != other.values.index()) {
        std::vector<double> values(condition.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = condition.number(i) != 0.0 ? result.number(i) : other.number(i);
        }
        return fold(call, numbers(dims, std::move(values)));
    }
    std::visit(
        [&](auto& values) {
            const auto& others = std::get<std::decay_t<decltype(values)>>(other.values);
            for (std::size_t i = 0; i < values.size(); ++i) {
                if (condition.number(i) == 0.0) values[i] = others[i];
            }
        },
        result.values);
    fold(call, std::move(result));
}

/// Scale and zero point of a quantised constant, one pair for all or one along an axis.
struct Quantisation {
    explicit Quantisation(const Call& call)
        : scale(call.constant(1, "its scale")),
          zero(call.has_input(2) ? call.constant(2, "its zero point") : integers({}, {0})) {
        const Constant& x = argument(call, 0);
        if (call.integer("block_size", 0) != 0) throw Refusal("scales for blocks (block_size) are not supported");
        inner = std::max<std::size_t>(x.size(), 1);
        if (scale.size() != 1) {
            const std::size_t axis = axis_of(call.integer("axis", 1), x.dims.size());
            inner = 1;
            for (std::size_t i = axis + 1; i < x.dims.size(); ++i) inner *= to_size(x.dims[i]);
            if (static_cast<std::int64_t>(scale.size()) != x.dims[axis]) {
                throw Error("its scale has " + std::to_string(scale.size()) + " values, axis " + std::to_string(axis) +
                            " of " + to_string(x.dims) + " needs " + std::to_string(x.dims[axis]));
            }
        }
        if (zero.size() != scale.size() && zero.size() != 1) throw Error("its zero point does not fit its scale");
    }

    double scale_at(std::size_t i) const { return scale.number(i / inner % scale.size()); }
    double zero_at(std::size_t i) const { return zero.number(zero.size() == 1 ? 0 : i / inner % scale.size()); }

    Constant scale;
    Constant zero;
    std::size_t inner = 1;
};

/// Stored whole numbers as what they stand for: (x − zero point) · scale.
void dequantize(const Call& call) {
    const Constant& x = argument(call, 0);
    const Quantisation by(call);
    std::vector<float> values(counted(call, x.dims, sizeof(float)));
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<float>((x.number(i) - by.zero_at(i)) * by.scale_at(i));
    }
    fold(call, {.dims = x.dims, .values = std::move(values)});
}

/// Divided by the scale in single precision, as runtimes do, and rounded to the nearest number, halves to even.
void quantize(const Call& call) {
    const Constant& x = argument(call, 0);
    const Quantisation by(call);
    const auto [low, high] = quantised_range(call);
    std::vector<std::int64_t> values(counted(call, x.dims));
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float quotient = static_cast<float>(x.number(i)) / static_cast<float>(by.scale_at(i));
        const double place = std::nearbyint(static_cast<double>(quotient)) + by.zero_at(i);
        if (std::isnan(place)) throw Error("it quantises a value that is not a number");
        values[i] = static_cast<std::int64_t>(std::min(std::max(place, low), high));
    }
    fold(call, integers(x.dims, std::move(values)));
}

const std::map<std::string, Operator>& shape_folding() {
    static const std::map<std::string, Operator> table = {{"Cast", cast},
                                                          {"CastLike", cast_like},
                                                          {"Constant", constant_node},
                                                          {"ConstantOfShape", constant_of_shape},
                                                          {"Range", range},
                                                          {"Concat", concatenation},
                                                          {"Where", where},
                                                          {"Shape", shape},
                                                          {"Size", size},
                                                          {"Identity", unchanged},
                                                          {"Dropout", unchanged},
                                                          {"QuantizeLinear", quantize},
                                                          {"DequantizeLinear", dequantize}};
    return table;
}

}  // namespace

Operator folding_operator(const std::string& op) {
    const auto found = shape_folding().find(op);
    return found == shape_folding().end() ? arithmetic_folding(op) : found->second;
}

}  // namespace syncopate::onnx
