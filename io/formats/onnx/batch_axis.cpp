// Where the batch is after elements were moved.
#include "core/error.hpp"
#include "core/index.hpp"
#include "io/formats/onnx/moves.hpp"
#include "io/formats/onnx/operators.hpp"

#include <algorithm>
#include <set>

namespace syncopate::onnx {

namespace {

using Dims = std::vector<std::int64_t>;

/// Axes of a Squeeze or Unsqueeze, counted from the front of a tensor of that rank.
std::set<std::size_t> axes_of(const Call& call, std::size_t rank) {
    Dims given;
    if (call.has("axes")) given = call.integers("axes", {});
    if (!call.has("axes") && call.has_input(1)) given = call.integer_list(1, "axes");
    std::set<std::size_t> axes;
    for (const std::int64_t axis : given) axes.insert(axis_of(axis, rank));
    return axes;
}

std::size_t after_transpose(const Call& call, std::size_t rank, std::size_t axis) {
    if (!call.has("perm")) return rank - 1 - axis;
    const Dims order = call.integers("perm", {});
    const auto found =
        std::find_if(order.begin(), order.end(), [&](std::int64_t a) { return axis_of(a, rank) == axis; });
    return to_size(found - order.begin());
}

/// The position that the batch keeps among the elements: as many of them lie before it as did.
std::size_t after_reshape(const Dims& dims, std::size_t axis, const Dims& result) {
    std::int64_t before = 1;
    for (std::size_t i = 0; i < axis; ++i) before *= dims[i];
    if (axis < result.size() &&
        std::equal(dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(axis) + 1, result.begin()))
        return axis;
    std::int64_t passed = 1;
    for (std::size_t i = 0; i < result.size(); ++i) {
        if (passed == before && result[i] == dims[axis]) return i;
        passed *= result[i];
    }
    throw Refusal("it merges the samples of a batch, which lie along axis " + std::to_string(axis) + " of " +
                  to_string(dims) + ", with other dimensions");
}

}  // namespace

std::size_t batch_axis_after(const Call& call, const Dims& dims, std::size_t axis, const Dims& result) {
    const std::string& op = call.node().op;
    if (axis >= dims.size()) return 0;
    if (op == "Transpose") return after_transpose(call, dims.size(), axis);
    if (op == "Unsqueeze") {
        const auto added = axes_of(call, result.size());
        std::size_t position = 0;
        for (std::size_t left = axis + 1; position < result.size(); ++position) {
            if (added.count(position) == 0 && --left == 0) break;
        }
        return position;
    }
    if (op == "Squeeze") {
        const auto dropped = axes_of(call, dims.size());
        if (dropped.count(axis) != 0) return 0;
        std::size_t before = 0;
        for (std::size_t i = 0; i < axis; ++i) before += dropped.empty() ? (dims[i] == 1 ? 1U : 0U) : dropped.count(i);
        return axis - before;
    }
    if (op == "GatherND" && call.is_constant(1) && axis > 0) {
        const Dims& indices = call.constant(1, "indices").dims;
        const auto taken = to_size(indices.back());
        if (axis >= taken) return axis - taken + indices.size() - 1;
    }
    if (axis == 0) return 0;  // what follows refuses a result that does not begin with the batch
    if (op == "Reshape" || op == "Flatten") return after_reshape(dims, axis, result);
    throw Refusal("the samples of the batch lie along axis " + std::to_string(axis) + " of its input " +
                  to_string(dims) + "; transpose it so that they come first");
}

}  // namespace syncopate::onnx
