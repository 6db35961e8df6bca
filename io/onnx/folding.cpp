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

constexpr std::int64_t most_elements = std::int64_t{1} << 27;

std::size_t counted(const Call& call, const Dims& dims) {
    const std::int64_t count = element_count(dims, most_elements);
    if (count < 0) throw Error("a constant of dimensions " + to_string(dims) + " is too large or impossible");
    call.work().budget.allocate(count);
    return static_cast<std::size_t>(count);
}

const Constant& argument(const Call& call, std::size_t i) { return call.constant(i, "its operand"); }

void fold(const Call& call, Constant result) {
    call.report(NodeFate::folded, "a constant");
    call.give(std::move(result));
}

// --- arithmetic, two operands ----------------------------------------------------------------------------------------

enum class Binary {
    add,
    subtract,
    multiply,
    divide,
    power,
    least,
    greatest,
    remainder,
    equal,
    less,
    less_equal,
    both,
    any
};

double computed(Binary op, double a, double b) {
    switch (op) {
        case Binary::add:
            return a + b;
        case Binary::subtract:
            return a - b;
        case Binary::multiply:
            return a * b;
        case Binary::divide:
            return a / b;
        case Binary::power:
            return std::pow(a, b);
        case Binary::least:
            return std::min(a, b);
        case Binary::greatest:
            return std::max(a, b);
        case Binary::remainder:
            return std::fmod(a, b);
        case Binary::equal:
            return a == b ? 1.0 : 0.0;
        case Binary::less:
            return a < b ? 1.0 : 0.0;
        case Binary::less_equal:
            return a <= b ? 1.0 : 0.0;
        case Binary::both:
            return a != 0.0 && b != 0.0 ? 1.0 : 0.0;
        case Binary::any:
            return a != 0.0 || b != 0.0 ? 1.0 : 0.0;
    }
    return 0.0;
}

std::int64_t divided(std::int64_t a, std::int64_t b) {
    if (b == 0) throw Error("it divides by 0");
    if (b == -1) return static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(a));
    return a / b;
}

/// Python's remainder, which has the sign of the divisor.
std::int64_t remainder(std::int64_t a, std::int64_t b) {
    if (b == 0) throw Error("it divides by 0");
    if (b == -1) return 0;
    const std::int64_t rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

std::int64_t computed(Binary op, std::int64_t a, std::int64_t b) {
    // Wraps as the operators do in two's complement.
    const auto ua = static_cast<std::uint64_t>(a);
    const auto ub = static_cast<std::uint64_t>(b);
    switch (op) {
        case Binary::add:
            return static_cast<std::int64_t>(ua + ub);
        case Binary::subtract:
            return static_cast<std::int64_t>(ua - ub);
        case Binary::multiply:
            return static_cast<std::int64_t>(ua * ub);
        case Binary::divide:
            return divided(a, b);
        case Binary::remainder:
            return remainder(a, b);
        case Binary::least:
            return std::min(a, b);
        case Binary::greatest:
            return std::max(a, b);
        case Binary::equal:
            return a == b ? 1 : 0;
        case Binary::less:
            return a < b ? 1 : 0;
        case Binary::less_equal:
            return a <= b ? 1 : 0;
        case Binary::both:
            return a != 0 && b != 0 ? 1 : 0;
        case Binary::any:
            return a != 0 || b != 0 ? 1 : 0;
        case Binary::power:
            break;
    }
    const double power = std::pow(static_cast<double>(a), static_cast<double>(b));
    return numbers({}, {power}).integer(0);
}

bool gives_truth(Binary op) { return op >= Binary::equal; }

Constant combined(const Call& call, Binary op, const Constant& a, const Constant& b) {
    const Dims dims = broadcast(a.dims, b.dims);
    const std::size_t count = counted(call, dims);
    std::vector<std::size_t> right;
    right.reserve(count);
    for_each_source(expansion(b.dims, dims),
                    [&](std::int64_t, std::int64_t i) { right.push_back(static_cast<std::size_t>(i)); });
    const Move left = expansion(a.dims, dims);
    if (a.is_integer() && b.is_integer()) {
        std::vector<std::int64_t> values(count);
        for_each_source(left, [&](std::int64_t position, std::int64_t i) {
            const auto at = static_cast<std::size_t>(position);
            values[at] = computed(op, a.integer(static_cast<std::size_t>(i)), b.integer(right[at]));
        });
        return integers(dims, std::move(values));
    }
    std::vector<double> values(count);
    for_each_source(left, [&](std::int64_t position, std::int64_t i) {
        const auto at = static_cast<std::size_t>(position);
        values[at] = computed(op, a.number(static_cast<std::size_t>(i)), b.number(right[at]));
    });
    Constant result = numbers(dims, std::move(values));
    if (!gives_truth(op)) return result;
    std::vector<std::int64_t> truths(count);
    for (std::size_t i = 0; i < count; ++i) truths[i] = result.integer(i);
    return integers(dims, std::move(truths));
}

template <Binary op>
void binary(const Call& call) {
    Constant result = argument(call, 0);
    for (std::size_t i = 1; i < call.input_count(); ++i) result = combined(call, op, result, argument(call, i));
    fold(call, std::move(result));
}

/// Greater and GreaterOrEqual.
template <Binary op>
void swapped(const Call& call) {
    fold(call, combined(call, op, argument(call, 1), argument(call, 0)));
}

// --- arithmetic, one operand -----------------------------------------------------------------------------------------

template <double (*function)(double)>
void unary(const Call& call) {
    const Constant& x = argument(call, 0);
    std::vector<double> values(counted(call, x.dims));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = function(x.number(i));
    Constant result = numbers(x.dims, std::move(values));
    if (x.is_integer()) {
        std::vector<std::int64_t> whole(x.size());
        for (std::size_t i = 0; i < whole.size(); ++i) whole[i] = result.integer(i);
        result = integers(x.dims, std::move(whole));
    }
    fold(call, std::move(result));
}

double negated(double x) { return -x; }
double reciprocal(double x) { return 1.0 / x; }
double rectified(double x) { return std::max(x, 0.0); }
double opposite(double x) { return x == 0.0 ? 1.0 : 0.0; }
double magnitude(double x) { return std::abs(x); }
double floored(double x) { return std::floor(x); }
double raised(double x) { return std::ceil(x); }
double rounded(double x) { return std::nearbyint(x); }
double root(double x) { return std::sqrt(x); }
double exponential(double x) { return std::exp(x); }
double logarithm(double x) { return std::log(x); }
double squashed(double x) { return 1.0 / (1.0 + std::exp(-x)); }

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

void clip(const Call& call) {
    Constant result = argument(call, 0);
    if (call.has_input(1)) result = combined(call, Binary::greatest, result, argument(call, 1));
    if (call.has_input(2)) result = combined(call, Binary::least, result, argument(call, 2));
    if (call.has("min")) result = combined(call, Binary::greatest, result, numbers({}, {call.number("min", 0.0)}));
    if (call.has("max")) result = combined(call, Binary::least, result, numbers({}, {call.number("max", 0.0)}));
    fold(call, std::move(result));
}

// --- new constants ---------------------------------------------------------------------------------------------------

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
    const std::size_t count = counted(call, dims);
    const auto value = call.node().attributes.find("value");
    if (value == call.node().attributes.end() || !value->second.tensor) {
        return fold(call, numbers(dims, std::vector<double>(count, 0.0)));
    }
    const Constant& fill = *value->second.tensor;
    if (fill.size() != 1) throw Error("value must be one number");
    if (fill.is_integer()) return fold(call, integers(dims, std::vector<std::int64_t>(count, fill.integer(0))));
    fold(call, numbers(dims, std::vector<double>(count, fill.number(0))));
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
    const auto outer = static_cast<std::size_t>(std::max<std::int64_t>(
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

/// Reductions of a constant to one number, which is what shape arithmetic needs.
template <Binary op>
void reduction(const Call& call) {
    const Constant& x = argument(call, 0);
    if (x.dims.size() > 1 || x.size() == 0) throw Refusal("only lists can be reduced while importing");
    call.work().budget.compute(static_cast<std::int64_t>(x.size()));
    std::int64_t whole = x.integer(0);
    double value = x.number(0);
    for (std::size_t i = 1; i < x.size(); ++i) {
        whole = computed(op, whole, x.integer(i));
        value = computed(op, value, x.number(i));
    }
    const Dims dims = call.integer("keepdims", 1) != 0 ? Dims(x.dims.size(), 1) : Dims{};
    fold(call, x.is_integer() ? integers(dims, {whole}) : numbers(dims, {value}));
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

void unchanged(const Call& call) { fold(call, argument(call, 0)); }

const std::map<std::string, Operator>& folding_operators() {
    static const std::map<std::string, Operator> table = {{"Add", binary<Binary::add>},
                                                          {"Sub", binary<Binary::subtract>},
                                                          {"Mul", binary<Binary::multiply>},
                                                          {"Div", binary<Binary::divide>},
                                                          {"Pow", binary<Binary::power>},
                                                          {"Min", binary<Binary::least>},
                                                          {"Max", binary<Binary::greatest>},
                                                          {"Sum", binary<Binary::add>},
                                                          {"Mod", binary<Binary::remainder>},
                                                          {"Equal", binary<Binary::equal>},
                                                          {"Less", binary<Binary::less>},
                                                          {"LessOrEqual", binary<Binary::less_equal>},
                                                          {"Greater", swapped<Binary::less>},
                                                          {"GreaterOrEqual", swapped<Binary::less_equal>},
                                                          {"And", binary<Binary::both>},
                                                          {"Or", binary<Binary::any>},
                                                          {"Neg", unary<negated>},
                                                          {"Abs", unary<magnitude>},
                                                          {"Floor", unary<floored>},
                                                          {"Ceil", unary<raised>},
                                                          {"Round", unary<rounded>},
                                                          {"Sqrt", unary<root>},
                                                          {"Reciprocal", unary<reciprocal>},
                                                          {"Exp", unary<exponential>},
                                                          {"Log", unary<logarithm>},
                                                          {"Sigmoid", unary<squashed>},
                                                          {"Relu", unary<rectified>},
                                                          {"Not", unary<opposite>},
                                                          {"Cast", cast},
                                                          {"Clip", clip},
                                                          {"Constant", constant_node},
                                                          {"ConstantOfShape", constant_of_shape},
                                                          {"Range", range},
                                                          {"Concat", concatenation},
                                                          {"Where", where},
                                                          {"ReduceProd", reduction<Binary::multiply>},
                                                          {"ReduceSum", reduction<Binary::add>},
                                                          {"ReduceMax", reduction<Binary::greatest>},
                                                          {"ReduceMin", reduction<Binary::least>},
                                                          {"Shape", shape},
                                                          {"Size", size},
                                                          {"Identity", unchanged},
                                                          {"Dropout", unchanged}};
    return table;
}

}  // namespace

Operator folding_operator(const std::string& op) {
    const auto found = folding_operators().find(op);
    return found == folding_operators().end() ? nullptr : found->second;
}

}  // namespace syncopate::onnx
