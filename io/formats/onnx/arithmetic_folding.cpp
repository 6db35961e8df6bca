#include "core/error.hpp"
#include "core/index.hpp"
#include "io/formats/onnx/folding.hpp"
#include "io/formats/onnx/moves.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace syncopate::onnx {

namespace {

using Dims = std::vector<std::int64_t>;

const Constant& argument(const Call& call, std::size_t i) { return call.constant(i, "its operand"); }

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
    for_each_source(expansion(b.dims, dims), [&](std::int64_t, std::int64_t i) { right.push_back(to_size(i)); });
    const Move left = expansion(a.dims, dims);
    if (a.is_integer() && b.is_integer()) {
        std::vector<std::int64_t> values(count);
        for_each_source(left, [&](std::int64_t position, std::int64_t i) {
            const auto at = to_size(position);
            values[at] = computed(op, a.integer(to_size(i)), b.integer(right[at]));
        });
        return integers(dims, std::move(values));
    }
    std::vector<double> values(count);
    for_each_source(left, [&](std::int64_t position, std::int64_t i) {
        const auto at = to_size(position);
        values[at] = computed(op, a.number(to_size(i)), b.number(right[at]));
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

void clip(const Call& call) {
    Constant result = argument(call, 0);
    if (call.has_input(1)) result = combined(call, Binary::greatest, result, argument(call, 1));
    if (call.has_input(2)) result = combined(call, Binary::least, result, argument(call, 2));
    if (call.has("min")) result = combined(call, Binary::greatest, result, numbers({}, {call.number("min", 0.0)}));
    if (call.has("max")) result = combined(call, Binary::least, result, numbers({}, {call.number("max", 0.0)}));
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

}  // namespace

Operator arithmetic_folding(const std::string& op) {
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
                                                          {"Clip", clip},
                                                          {"ReduceProd", reduction<Binary::multiply>},
                                                          {"ReduceSum", reduction<Binary::add>},
                                                          {"ReduceMax", reduction<Binary::greatest>},
                                                          {"ReduceMin", reduction<Binary::least>}};
    const auto found = table.find(op);
    return found == table.end() ? nullptr : found->second;
}

}  // namespace syncopate::onnx
