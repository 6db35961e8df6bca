#pragma once

#include "io/formats/onnx/call.hpp"

#include <cstdint>
#include <vector>

namespace syncopate::onnx {

/// A sliding window along one axis.
struct WindowAxis {
    std::int32_t input = 1;
    std::int32_t kernel = 1;
    std::int32_t stride = 1;
    std::int32_t dilation = 1;
    std::int32_t pad_begin = 0;
    std::int32_t pad_end = 0;
    std::int32_t output = 1;
};

/// Rows and columns; a one-dimensional window has one row.
struct Windows {
    WindowAxis rows;
    WindowAxis columns;

    Extent kernel() const { return {rows.kernel, columns.kernel}; }
    Extent stride() const { return {rows.stride, columns.stride}; }
    Extent dilation() const { return {rows.dilation, columns.dilation}; }
    Extent pad() const { return {rows.pad_begin, columns.pad_begin}; }
    Extent pad_end() const { return {rows.pad_end, columns.pad_end}; }
    Shape output(std::int32_t channels) const { return {channels, rows.output, columns.output}; }
};

/// The windows that the node's attributes (strides, dilations, pads, auto_pad, ceil_mode) describe on an input of
/// dimensions N×C×L or N×C×H×W. Throws Error where they contradict the input, Refusal for three spatial axes.
Windows windows_of(const Call& call, const std::vector<std::int64_t>& dims, const std::vector<std::int64_t>& kernel);

/// Dimensions of the node's result: N×channels×output, with as many axes as the input.
std::vector<std::int64_t> output_dims(const std::vector<std::int64_t>& input_dims, std::int64_t channels,
                                      const Windows& windows);

}  // namespace syncopate::onnx
