#pragma once

#include "topology/compiler/real_synapses.hpp"
#include "topology/linear_stage.hpp"

#include <optional>
#include <span>

namespace syncopate {

/// The convolution without its weights.
ConvolutionSynapses geometry_of(const Convolution& convolution);

/// An average pool whose divisor is the same everywhere, as a depthwise convolution without weights; none otherwise.
std::optional<ConvolutionSynapses> geometry_of(const AveragePool& pool);

/// What compose() would give, without weights.
std::optional<ConvolutionSynapses> composed_geometry(const ConvolutionSynapses& first,
                                                     const ConvolutionSynapses& second);

/// The convolution with its weights in double precision.
RealConvolution to_real(const Convolution& convolution, std::span<const Tensor> tensors);

/// An average pool whose divisor is the same everywhere, as a depthwise convolution; none otherwise.
std::optional<RealConvolution> to_real(const AveragePool& pool);

/// A gather that only moves whole channels (or drops or adds silent ones), as the source channel of every output
/// channel (−1: silent); none otherwise.
std::optional<std::vector<std::int32_t>> channel_map(const Gather& gather);

/// `second` after `first` as one convolution; none if that is not exact at the border (positions beyond the frame
/// of the first one's output must see no input), if there are weight classes, or if it would take more weights than
/// keeping to synapses allows.
std::optional<RealConvolution> compose(const RealConvolution& first, const RealConvolution& second);

/// The convolution with its output channels moved; none if the result would need classes of its own.
RealConvolution move_outputs(const RealConvolution& convolution, std::span<const std::int32_t> source_channel,
                             const Shape& output);

/// The convolution, its input channels moved by a gather before it: output channel of the gather k reads
/// source_channel[k]. Requires: groups = 1.
RealConvolution move_inputs(const RealConvolution& convolution, std::span<const std::int32_t> source_channel,
                            const Shape& input);

}  // namespace syncopate
