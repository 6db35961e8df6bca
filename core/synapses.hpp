#pragma once

#include "core/index.hpp"
#include "core/shape.hpp"

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

namespace syncopate {

/// Synapses of a convolution, as charge in the target's fixed point. The output's channels are channels
/// first_output_channel … of the target population, whose height and width are the output's.
struct ConvolutionSynapses {
    Shape input;
    Shape output;
    std::int32_t kernel_height = 1, kernel_width = 1;
    std::int32_t stride_height = 1, stride_width = 1;
    std::int32_t dilation_height = 1, dilation_width = 1;
    std::int32_t pad_top = 0, pad_left = 0;
    std::int32_t groups = 1;
    std::int32_t first_output_channel = 0;
    std::vector<std::int32_t> weights;       // [class][output channel][input channel / groups][ky][kx]
    std::vector<std::uint8_t> weight_class;  // of every input position (y, x); empty: all 0

    friend bool operator==(const ConvolutionSynapses&, const ConvolutionSynapses&) = default;
    std::size_t filter_count() const {
        return to_size(output.channels) * to_size(input.channels / groups) * to_size(kernel_height) *
               to_size(kernel_width);
    }
};

/// Any other synapses, by source: those of element i are begin[i] … begin[i + 1] − 1. Flat C·H·W indices.
struct SparseSynapses {
    Shape input;
    Shape output;
    std::vector<std::size_t> begin;
    std::vector<std::int32_t> targets;
    std::vector<std::int32_t> weights;

    friend bool operator==(const SparseSynapses&, const SparseSynapses&) = default;
};

using Synapses = std::variant<ConvolutionSynapses, SparseSynapses>;

}  // namespace syncopate
