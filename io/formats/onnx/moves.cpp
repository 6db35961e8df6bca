#include "io/formats/onnx/moves.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/formats/onnx/call.hpp"
#include "io/formats/onnx/move_tables.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>

namespace syncopate::onnx {

namespace {

using Dims = std::vector<std::int64_t>;

constexpr std::int64_t most_elements = std::int64_t{1} << 31;
constexpr std::int64_t largest_extent = std::int64_t{1} << 24;

Move reshaped(Dims dims) { return {.tables = {}, .dims = std::move(dims)}; }

Move reshape(const Call& call, const Dims& dims) {
    const std::int64_t count = element_count(dims, most_elements);
    Dims target = call.has("shape") ? call.integers("shape", {}) : call.integer_list(1, "shape");
    const bool keeps_zero = call.integer("allowzero", 0) != 0;
    std::int64_t known = 1;
    std::size_t open = target.size();
    for (std::size_t i = 0; i < target.size(); ++i) {
        if (target[i] == 0 && !keeps_zero) {
            if (i >= dims.size()) throw Error("shape " + to_string(target) + " copies a dimension that does not exist");
            target[i] = dims[i];
        }
        if (target[i] == -1 && open == target.size()) {
            open = i;
            continue;
        }
        if (target[i] < 0) throw Error("shape " + to_string(target) + " has a negative dimension");
        if (target[i] > 0 && known > count / target[i] + 1)
            known = count + 1;  // cannot fit, and would overflow
        else
            known *= target[i];
    }
    const bool has_open = open < target.size();
    if (has_open) target[open] = known == 0 ? 0 : count / known;
    if (known * (has_open ? target[open] : 1) != count) {
        throw Error("shape " + to_string(target) + " does not hold the " + std::to_string(count) + " elements of " +
                    to_string(dims));
    }
    return reshaped(std::move(target));
}

Move flatten(const Call& call, const Dims& dims) {
    const std::int64_t rank = static_cast<std::int64_t>(dims.size());
    std::int64_t axis = call.integer("axis", 1);
    if (axis < -rank || axis > rank) throw Error("axis " + std::to_string(axis) + " is outside " + to_string(dims));
    if (axis < 0) axis += rank;
    const auto middle = dims.begin() + axis;
    const std::int64_t head = std::accumulate(dims.begin(), middle, std::int64_t{1}, std::multiplies<>());
    const std::int64_t tail = std::accumulate(middle, dims.end(), std::int64_t{1}, std::multiplies<>());
    return reshaped({head, tail});
}

Dims axes_argument(const Call& call, std::size_t input, const Dims& otherwise) {
    if (call.has("axes")) return call.integers("axes", {});
    return call.has_input(input) ? call.integer_list(input, "axes") : otherwise;
}

bool is_batch(const Call& call, std::size_t axis) {
    const auto* activation = std::get_if<Activation>(&call.input(0));
    return activation != nullptr && activation->batch_axis == axis;
}

Move squeeze(const Call& call, const Dims& dims) {
    std::set<std::size_t> axes;
    for (const std::int64_t axis : axes_argument(call, 1, {})) axes.insert(axis_of(axis, dims.size()));
    Dims result;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        const bool is_open_batch = call.work().model.input_dims[0] < 1 && is_batch(call, i);
        const bool is_dropped = axes.empty() ? dims[i] == 1 && !is_open_batch : axes.count(i) != 0;
        if (!is_dropped) result.push_back(dims[i]);
        if (is_dropped && dims[i] != 1) {
            throw Error("axis " + std::to_string(i) + " of " + to_string(dims) + " is not 1 and cannot be squeezed");
        }
    }
    return reshaped(std::move(result));
}

Move unsqueeze(const Call& call, const Dims& dims) {
    const Dims axes = axes_argument(call, 1, {});
    const std::size_t rank = dims.size() + axes.size();
    if (rank > 16) throw Error("more than 16 axes");
    std::set<std::size_t> added;
    for (const std::int64_t axis : axes) {
        if (!added.insert(axis_of(axis, rank)).second) throw Error("axes " + to_string(axes) + " has one axis twice");
    }
    Dims result;
    auto next = dims.begin();
    for (std::size_t i = 0; i < rank; ++i) result.push_back(added.count(i) != 0 ? 1 : *next++);
    return reshaped(std::move(result));
}

Move pad(const Call& call, const Dims& dims) {
    const std::string mode = call.text("mode", "constant");
    if (mode != "constant") {
        throw Refusal("padding mode \"" + mode +
                      "\" is not supported; pad with zeros, best as the padding of the "
                      "convolution itself");
    }
    const bool has_attributes = call.has("pads") || call.has("paddings");
    const Dims pads =
        has_attributes ? call.integers(call.has("pads") ? "pads" : "paddings", {}) : call.integer_list(1, "pads");
    const bool has_value = !has_attributes && call.has_input(2);
    const double value = has_value ? call.constant(2, "value").size() == 0 ? 0.0 : call.constant(2, "value").number(0)
                                   : call.number("value", 0.0);
    Dims axes(dims.size());
    std::iota(axes.begin(), axes.end(), 0);
    if (call.has_input(3)) axes = call.integer_list(3, "axes");
    if (pads.size() != 2 * axes.size()) {
        throw Error("pads has " + std::to_string(pads.size()) + " entries, needs " + std::to_string(2 * axes.size()));
    }
    Move move = stay(dims);
    bool is_padded = false;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const std::size_t axis = axis_of(axes[i], dims.size());
        const std::int64_t before = pads[i];
        const std::int64_t after = pads[i + axes.size()];
        constexpr std::int64_t largest = std::int64_t{1} << 20;
        if (std::max(std::abs(std::max(before, -largest - 1)), std::abs(std::max(after, -largest - 1))) > largest) {
            throw Error("pads " + to_string(pads) + " are too large");
        }
        std::vector<std::int64_t> positions;
        for (std::int64_t p = -before; p < dims[axis] + after; ++p) positions.push_back(p < dims[axis] ? p : -1);
        is_padded = is_padded || before > 0 || after > 0;
        replace_axis(move, axis, entries_at(move.tables[axis], positions));
    }
    if (is_padded && value != 0.0) {
        throw Refusal("padding with " + std::to_string(value) + " is not supported; pad with 0");
    }
    return move;
}

Move tile(const Call& call, const Dims& dims) {
    const Dims repeats = call.integer_list(1, "repeats");
    if (repeats.size() != dims.size()) throw Error("repeats must have one entry for each axis");
    Move move = stay(dims);
    for (std::size_t axis = 0; axis < dims.size(); ++axis) {
        if (repeats[axis] < 0 || element_count({repeats[axis], dims[axis]}, largest_extent) < 0) {
            throw Error("repeats " + to_string(repeats) + " are out of range");
        }
        std::vector<std::int64_t> positions(to_size(repeats[axis] * dims[axis]));
        for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = static_cast<std::int64_t>(i) % dims[axis];
        replace_axis(move, axis, entries_at(move.tables[axis], positions));
    }
    return move;
}

Move transpose(const Call& call, const Dims& dims) {
    Dims order(dims.size());
    std::iota(order.rbegin(), order.rend(), 0);
    return transposition(dims, call.integers("perm", order));
}

Move expand(const Call& call, const Dims& dims) {
    const Dims target = call.integer_list(1, "shape");
    if (element_count(target, most_elements) < 0) throw Error("shape " + to_string(target) + " is out of range");
    return expansion(dims, broadcast(dims, target));
}

using SingleMove = Move (*)(const Call&, const Dims&);

const std::map<std::string, SingleMove>& single_moves() {
    static const std::map<std::string, SingleMove> table = {
        {"Reshape", reshape}, {"Flatten", flatten}, {"Squeeze", squeeze},     {"Unsqueeze", unsqueeze},
        {"Slice", slice},     {"Gather", gather},   {"GatherND", gather_all}, {"Pad", pad},
        {"Tile", tile},       {"Expand", expand},   {"Transpose", transpose}};
    return table;
}

}  // namespace

bool is_move(const std::string& op) { return op == "Split" || single_moves().count(op) != 0; }

std::vector<Move> moves_of(const Call& call, const Dims& dims) {
    if (call.node().op == "Split") return split(call, dims);
    return {single_moves().at(call.node().op)(call, dims)};
}

Move transposition(const Dims& dims, const Dims& order) {
    const Move origin = stay(dims);
    std::set<std::size_t> seen;
    for (const std::int64_t axis : order) seen.insert(axis_of(axis, dims.size()));
    if (order.size() != dims.size() || seen.size() != dims.size()) {
        throw Error("perm " + to_string(order) + " is not an order of the axes of " + to_string(dims));
    }
    Move move;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::size_t axis = axis_of(order[i], dims.size());
        move.tables.push_back(origin.tables[axis]);
        move.dims.push_back(dims[axis]);
        move.mixes_batch = move.mixes_batch || (i == 0 && axis != 0);
    }
    return move;
}

std::vector<std::int64_t> broadcast(const Dims& a, const Dims& b) {
    Dims result(std::max(a.size(), b.size()), 1);
    for (std::size_t i = 0; i < result.size(); ++i) {
        const std::int64_t left = i < a.size() ? a[a.size() - 1 - i] : 1;
        const std::int64_t right = i < b.size() ? b[b.size() - 1 - i] : 1;
        if (left != right && left != 1 && right != 1) {
            throw Error("dimensions " + to_string(a) + " and " + to_string(b) + " do not fit together");
        }
        result[result.size() - 1 - i] = left == 1 ? right : left;
    }
    return result;
}

Move expansion(const Dims& dims, const Dims& target) {
    Dims widened(target.size() - dims.size(), 1);
    widened.insert(widened.end(), dims.begin(), dims.end());
    require_moderate(target);
    Move move = stay(widened);
    for (std::size_t axis = 0; axis < target.size(); ++axis) {
        if (widened[axis] != target[axis])
            replace_axis(move, axis, std::vector<std::int64_t>(to_size(target[axis]), 0));
    }
    return move;
}

Constant moved(const Constant& constant, const Move& move) {
    if (move.tables.empty()) return {.dims = move.dims, .values = constant.values};
    Constant result{.dims = move.dims};
    std::visit(
        [&](const auto& from) {
            std::decay_t<decltype(from)> to;
            for_each_source(
                move, [&](std::int64_t, std::int64_t source) { to.push_back(source < 0 ? 0 : from[to_size(source)]); });
            result.values = std::move(to);
        },
        constant.values);
    return result;
}

}  // namespace syncopate::onnx
