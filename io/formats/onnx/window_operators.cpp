#include "core/error.hpp"
#include "io/formats/onnx/elementwise.hpp"
#include "io/formats/onnx/moves.hpp"
#include "io/formats/onnx/operators.hpp"
#include "io/formats/onnx/windows.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace syncopate::onnx {

namespace {

using Dims = std::vector<std::int64_t>;

std::string text(const Extent& extent) { return std::to_string(extent.height) + "x" + std::to_string(extent.width); }

void convolution(const Call& call) {
    const Activation& x = call.activation(0);
    const Dims kernel_dims = call.constant(1, "its weights").dims;
    if (x.dims.size() < 3 || kernel_dims.size() != x.dims.size()) {
        throw Error("weights of dimensions " + to_string(kernel_dims) + " do not fit an input of dimensions " +
                    to_string(x.dims));
    }
    const Dims kernel(kernel_dims.begin() + 2, kernel_dims.end());
    const Dims stated = call.integers("kernel_shape", kernel);
    if (stated != kernel)
        throw Error("kernel_shape " + to_string(stated) + " contradicts weights of " + to_string(kernel_dims));
    const Windows windows = windows_of(call, x.dims, kernel);
    const Shape input = sample_shape(call.work(), x);
    const std::int64_t groups = call.integer("group", 1);
    const std::int64_t outputs = kernel_dims[0];
    if (groups < 1 || outputs < 1 || groups > input.channels || input.channels % groups != 0 || outputs % groups != 0 ||
        kernel_dims[1] != input.channels / groups) {
        throw Error("weights of dimensions " + to_string(kernel_dims) + " in " + std::to_string(groups) +
                    " groups do not fit an input of " + std::to_string(input.channels) + " channels");
    }
    Convolution stage{.input = input,
                      .output = windows.output(static_cast<std::int32_t>(outputs)),
                      .kernel = windows.kernel(),
                      .stride = windows.stride(),
                      .dilation = windows.dilation(),
                      .pad = windows.pad(),
                      .groups = static_cast<std::int32_t>(groups)};
    AnnLinear linear;
    if (call.has_input(2)) linear.bias = values_of(call.constant(2, "its bias"), outputs, "bias");
    const Dims dims = output_dims(x.dims, outputs, windows);
    sample_size(call.work(), {.dims = dims});
    call.work().budget.compute(std::int64_t{windows.rows.output} * windows.rows.kernel +
                               std::int64_t{windows.columns.output} * windows.columns.kernel);
    const std::int32_t source = call.place(x, input);
    stage.weights = call.weights(1, {.key = "as stored"});
    const Shape output = stage.output;
    linear.stage = stage;
    const std::int32_t node = call.work().add_node(call.position(), std::move(linear), {source}, output);
    call.work().labels.back().parameter = owner_of(call.node().inputs[1]);
    call.report(NodeFate::layer, "convolution " + text(stage.kernel) + ", stride " + text(stage.stride) +
                                     (groups > 1 ? ", " + std::to_string(groups) + " groups" : ""));
    call.give_node(node, dims);
}

Activation average(const Call& call, const Activation& x, const Windows& windows, bool counts_padding) {
    const Shape input = sample_shape(call.work(), x);
    const Dims dims = output_dims(x.dims, input.channels, windows);
    sample_size(call.work(), {.dims = dims});
    const AveragePool stage{.input = input,
                            .output = windows.output(input.channels),
                            .kernel = windows.kernel(),
                            .stride = windows.stride(),
                            .pad = windows.pad(),
                            .pad_end = windows.pad_end(),
                            .count_include_pad = counts_padding};
    const std::int32_t source = call.place(x, input);
    const std::int32_t node =
        call.work().add_node(call.position(), AnnLinear{.stage = stage, .bias = {}}, {source}, stage.output);
    call.report(NodeFate::layer, "average of " + text(stage.kernel) + ", stride " + text(stage.stride));
    return {.term = call.terms().of_node(node), .dims = dims};
}

void average_pool(const Call& call) {
    const Activation& x = call.activation(0);
    const Windows windows = windows_of(call, x.dims, call.integers("kernel_shape", {}));
    if (windows.dilation() != Extent{}) throw Refusal("dilated average pooling is not supported");
    call.give(average(call, x, windows, call.integer("count_include_pad", 0) != 0));
}

/// The whole input as one window.
Windows whole(const Shape& shape) {
    return {.rows = {.input = shape.height, .kernel = shape.height, .output = 1},
            .columns = {.input = shape.width, .kernel = shape.width, .output = 1}};
}

const Activation& spatial_input(const Call& call) {
    const Activation& x = call.activation(0);
    if (x.dims.size() == 3 || x.dims.size() == 4) return x;
    throw Refusal("pooling over an input of dimensions " + to_string(x.dims) +
                  " is not supported; it must be N×C×L or N×C×H×W");
}

void global_average_pool(const Call& call) {
    const Activation& x = spatial_input(call);
    call.give(average(call, x, whole(sample_shape(call.work(), x)), false));
}

/// What it gives has the dimensions `dims`, which have as many elements as there are windows.
void maximum(const Call& call, const Activation& x, const Windows& windows, const Dims& dims) {
    const Shape input = sample_shape(call.work(), x);
    sample_size(call.work(), {.dims = dims});
    const AnnMaxPool pool{
        .kernel = windows.kernel(), .stride = windows.stride(), .dilation = windows.dilation(), .pad = windows.pad()};
    const std::int32_t source = call.place(x, input);
    const std::int32_t node = call.work().add_node(call.position(), pool, {source}, windows.output(input.channels));
    call.report(NodeFate::layer, "maximum of " + text(pool.kernel) + ", stride " + text(pool.stride));
    call.give_node(node, dims);
}

void max_pool(const Call& call) {
    if (call.is_output_used(1)) throw Refusal("the positions of the maxima are used; only their values can be");
    const Activation& x = call.activation(0);
    const Windows windows = windows_of(call, x.dims, call.integers("kernel_shape", {}));
    maximum(call, x, windows, output_dims(x.dims, sample_shape(call.work(), x).channels, windows));
}

void global_max_pool(const Call& call) {
    const Activation& x = spatial_input(call);
    const Shape input = sample_shape(call.work(), x);
    const Windows all = whole(input);
    maximum(call, x, all, output_dims(x.dims, input.channels, all));
}

/// Axes of a reduction, sorted; all but the batch when none are stated.
std::vector<std::size_t> reduced_axes(const Call& call, std::size_t rank) {
    Dims given = call.has("axes") ? call.integers("axes", {}) : Dims{};
    if (given.empty() && call.has_input(1)) given = call.integer_list(1, "axes");
    std::vector<std::size_t> axes;
    for (const std::int64_t axis : given) axes.push_back(axis_of(axis, rank));
    if (axes.empty()) {
        axes.resize(rank);
        std::iota(axes.begin(), axes.end(), std::size_t{0});
    }
    std::sort(axes.begin(), axes.end());
    axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
    return axes;
}

/// The axes ordered so that a reduction over any of them but the batch is one over the columns of an image.
Activation reduced_last(const Call& call, const Activation& x, const std::vector<std::size_t>& axes) {
    Dims order = {0};
    std::int64_t kept = 1;
    std::int64_t reduced = 1;
    for (std::size_t i = 1; i < x.dims.size(); ++i) {
        if (std::binary_search(axes.begin(), axes.end(), i)) continue;
        order.push_back(static_cast<std::int64_t>(i));
        kept *= x.dims[i];
    }
    for (const std::size_t axis : axes) {
        order.push_back(static_cast<std::int64_t>(axis));
        reduced *= x.dims[axis];
    }
    Dims dims = x.dims;
    if (call.work().batch > 1) dims[0] = 1;
    Activation ordered = call.moved(x, transposition(dims, order));
    ordered.dims = {x.dims[0], kept, reduced};
    return ordered;
}

/// ReduceMean, ReduceSum and ReduceMax.
void reduce(const Call& call) {
    const Activation& x = call.activation(0);
    const bool has_no_axes = !call.has("axes") && (!call.has_input(1) || call.constant(1, "axes").size() == 0);
    if (has_no_axes && call.integer("noop_with_empty_axes", 0) != 0) {
        call.report(NodeFate::ignored, "reduces no axis");
        return call.give(x);
    }
    const auto axes = reduced_axes(call, x.dims.size());
    sample_shape(call.work(), x);
    if (!axes.empty() && axes.front() == 0) {
        throw Refusal("it takes the mean over the batch, or the sum or maximum; take it over the spatial axes only");
    }
    const bool keeps = call.integer("keepdims", 1) != 0;
    Dims result;
    for (std::size_t i = 0; i < x.dims.size(); ++i) {
        const bool is_reduced = std::binary_search(axes.begin(), axes.end(), i);
        if (is_reduced && keeps) result.push_back(1);
        if (!is_reduced) result.push_back(x.dims[i]);
    }
    const bool is_over_space = x.dims.size() == 4 && axes == std::vector<std::size_t>{2, 3};
    const Activation ordered = is_over_space ? x : reduced_last(call, x, axes);
    const Windows all = whole(sample_shape(call.work(), ordered));
    if (call.node().op == "ReduceMax") return maximum(call, ordered, all, result);
    Activation output = average(call, ordered, all, false);
    output.dims = result;
    if (call.node().op == "ReduceSum") {
        const auto count = sample_size(call.work(), x) / sample_size(call.work(), output);
        output = applied(call, output, {ScalarOperation::scale, {static_cast<double>(count)}});
    }
    call.give(std::move(output));
}

}  // namespace

Operator window_operator(const std::string& op) {
    static const std::map<std::string, Operator> table = {{"Conv", convolution},
                                                          {"AveragePool", average_pool},
                                                          {"GlobalAveragePool", global_average_pool},
                                                          {"MaxPool", max_pool},
                                                          {"GlobalMaxPool", global_max_pool},
                                                          {"ReduceMean", reduce},
                                                          {"ReduceSum", reduce},
                                                          {"ReduceMax", reduce}};
    const auto found = table.find(op);
    return found == table.end() ? nullptr : found->second;
}

}  // namespace syncopate::onnx
