#pragma once

#include "core/shape.hpp"
#include "topology/extent.hpp"
#include "topology/tensor.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace syncopate {

/// Cross-correlation, as ONNX and PyTorch define Conv: out[o,y,x] = Σ in[c, y·stride − pad + ky·dilation, …] ·
/// w[o,c,ky,kx]. Zero padding at the top and left is stated; at the bottom and right it follows from the output shape.
/// A fully connected layer is a 1×1 convolution of an n × 1 × 1 input.
struct Convolution {
    Shape input;
    Shape output;
    Extent kernel = {};
    Extent stride = {};
    Extent dilation = {};
    Extent pad = {0, 0};  // top, left
    std::int32_t groups = 1;
    TensorId weights = TensorId::none;  // [output channels][input channels / groups][kernel height][kernel width]
};

/// Mean over a window. The divisor of a window is the number of its positions inside the frame, or, with
/// `count_include_pad`, inside the frame widened by the padding (PyTorch's rule, also with ceil_mode).
struct AveragePool {
    Shape input;
    Shape output;
    Extent kernel = {};
    Extent stride = {};
    Extent pad = {0, 0};      // top, left
    Extent pad_end = {0, 0};  // bottom, right; only the divisor depends on it
    bool count_include_pad = false;
};

/// Moves elements: out[i] = in[source[i]], or 0 where source[i] is −1. Slices, padding with zeros, transposes, channel
/// shuffles, reshapes and the place of one input in a concatenation are all of this kind.
struct Gather {
    Shape input;
    Shape output;
    std::vector<std::int32_t> source;  // one for each output element
};

/// Multiplies: `factor` has one value, one for each channel, or one for each element.
struct Scale {
    Shape shape;
    std::vector<double> factor;
};

/// One linear map of a chain. It has no bias: constants go through the chain once, at conversion.
using LinearStage = std::variant<Convolution, AveragePool, Gather, Scale>;

Shape input_shape(const LinearStage& stage);
Shape output_shape(const LinearStage& stage);

/// Number of frame positions that the window of `pool` at output (y, x) is divided by.
std::int32_t divisor(const AveragePool& pool, std::int32_t y, std::int32_t x);

/// The stage applied to one sample in double precision, in the plain order of its definition.
/// Requires: input.size() and output.size() match the shapes; `tensors` holds the weights the stage refers to.
void apply(const LinearStage& stage, std::span<const Tensor> tensors, std::span<const double> input,
           std::span<double> output);

/// Multiply-accumulates of a dense evaluation of the stage for one sample (positions in the padding are not counted).
/// Only convolutions multiply by weights; the other stages count 0.
std::int64_t multiply_accumulates(const LinearStage& stage);

/// Throws Error, naming `where` and the offending value, unless the shapes, extents, indices and the weight tensor of
/// the stage agree with one another.
void validate(const LinearStage& stage, std::span<const Tensor> tensors, const std::string& where);

}  // namespace syncopate
