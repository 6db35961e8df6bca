#include "io/formats/onnx/windows.hpp"

#include "core/error.hpp"

#include <algorithm>

namespace syncopate::onnx {

namespace {

constexpr std::int64_t largest = std::int64_t{1} << 24;

std::int32_t in_range(std::int64_t value, std::int64_t least, const char* what) {
    if (value < least || value > largest) {
        throw Error(std::string(what) + " " + std::to_string(value) + ", must be between " + std::to_string(least) +
                    " and 2^24");
    }
    return static_cast<std::int32_t>(value);
}

std::vector<std::int64_t> entries(const Call& call, const char* attribute, std::size_t count, std::int64_t otherwise) {
    auto list = call.integers(attribute, std::vector<std::int64_t>(count, otherwise));
    if (list.size() != count) {
        throw Error(std::string(attribute) + " " + to_string(list) + " has " + std::to_string(list.size()) +
                    " entries, needs " + std::to_string(count));
    }
    return list;
}

/// Padding that keeps output = ⌈input / stride⌉; the odd one goes to the end for SAME_UPPER.
void pad_same(WindowAxis& axis, bool is_upper) {
    const std::int64_t reach = (std::int64_t{axis.kernel} - 1) * axis.dilation + 1;
    axis.output = (axis.input + axis.stride - 1) / axis.stride;
    const std::int64_t total =
        std::max<std::int64_t>(0, (std::int64_t{axis.output} - 1) * axis.stride + reach - axis.input);
    const std::int64_t smaller = total / 2;
    axis.pad_begin = in_range(is_upper ? smaller : total - smaller, 0, "pad");
    axis.pad_end = in_range(is_upper ? total - smaller : smaller, 0, "pad");
}

void count_outputs(WindowAxis& axis, bool rounds_up) {
    const std::int64_t reach = (std::int64_t{axis.kernel} - 1) * axis.dilation + 1;
    const std::int64_t padded = std::int64_t{axis.input} + axis.pad_begin + axis.pad_end;
    if (padded < reach) {
        throw Error("a kernel that reaches over " + std::to_string(reach) + " positions does not fit into " +
                    std::to_string(padded));
    }
    std::int64_t count = (padded - reach) / axis.stride + 1;
    // A window that rounding up adds must begin inside the input or its padding at the beginning.
    const bool has_rest = (padded - reach) % axis.stride != 0;
    if (rounds_up && has_rest && count * axis.stride < std::int64_t{axis.input} + axis.pad_begin) ++count;
    axis.output = static_cast<std::int32_t>(count);
}

}  // namespace

Windows windows_of(const Call& call, const std::vector<std::int64_t>& dims, const std::vector<std::int64_t>& kernel) {
    const std::size_t rank = kernel.size();
    if (dims.size() != rank + 2) {
        throw Error("a kernel with " + std::to_string(rank) + " axes does not fit an input of dimensions " +
                    to_string(dims));
    }
    if (rank < 1 || rank > 2) {
        throw Refusal("windows with " + std::to_string(rank) + " axes are not supported; use one or two");
    }
    const auto strides = entries(call, "strides", rank, 1);
    const auto dilations = entries(call, "dilations", rank, 1);
    const auto pads = entries(call, "pads", 2 * rank, 0);
    const std::string rule = call.text("auto_pad", "NOTSET");
    if (rule != "NOTSET" && rule != "VALID" && rule != "SAME_UPPER" && rule != "SAME_LOWER" && !rule.empty()) {
        throw Error("auto_pad \"" + rule + "\" does not exist");
    }
    std::vector<WindowAxis> axes(rank);
    for (std::size_t i = 0; i < rank; ++i) {
        WindowAxis& axis = axes[i];
        axis.input = in_range(dims[i + 2], 1, "input extent");
        axis.kernel = in_range(kernel[i], 1, "kernel");
        axis.stride = in_range(strides[i], 1, "stride");
        axis.dilation = in_range(dilations[i], 1, "dilation");
        if (rule == "SAME_UPPER" || rule == "SAME_LOWER") {
            pad_same(axis, rule == "SAME_UPPER");
            continue;
        }
        axis.pad_begin = rule == "VALID" ? 0 : in_range(pads[i], 0, "pad");
        axis.pad_end = rule == "VALID" ? 0 : in_range(pads[i + rank], 0, "pad");
        count_outputs(axis, call.integer("ceil_mode", 0) != 0);
    }
    return {.rows = rank == 2 ? axes[0] : WindowAxis{}, .columns = axes.back()};
}

std::vector<std::int64_t> output_dims(const std::vector<std::int64_t>& input_dims, std::int64_t channels,
                                      const Windows& windows) {
    if (input_dims.size() == 3) return {input_dims[0], channels, windows.columns.output};
    return {input_dims[0], channels, windows.rows.output, windows.columns.output};
}

}  // namespace syncopate::onnx
