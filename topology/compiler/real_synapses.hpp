#pragma once

#include "core/compiled_network.hpp"
#include "topology/layer_graph.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace syncopate {

/// A convolution with weights in double precision, before it is rounded to charge.
struct RealConvolution {
    ConvolutionSynapses geometry;  // its weights stay empty
    std::vector<double> weights;   // [class][output channel][input channel / groups][ky][kx]
};

/// Any other linear map, by source: element i has entries begin[i] … begin[i + 1] − 1, ordered by target.
struct RealSparse {
    Shape input;
    Shape output;
    std::vector<std::size_t> begin;
    std::vector<std::int32_t> targets;
    std::vector<double> weights;
};

/// A projection on its way to integers: routing of spikes as they are, then one weighted map, in thresholds of the
/// target.
struct RealProjection {
    std::vector<Routing> routing;
    std::variant<RealConvolution, RealSparse> synapses;
};

/// Composes the stages of a projection. `amplitude`: what a spike of each source channel is worth (one value or one a
/// channel); `v_threshold` of the target likewise. Throws RefusedError naming `where` if it takes too many synapses.
RealProjection compose(const LayerGraph& graph, const Projection& projection, std::span<const double> amplitude,
                       std::span<const double> v_threshold, const std::string& where);

/// The largest sum of |weight| · amplitude over the synapses of one target neuron, for each target neuron (C·H·W).
/// Convolutions are bounded channel by channel, as if no neuron were at the border.
std::vector<double> worst_sums(const RealProjection& projection, const Shape& target, std::int32_t max_amplitude);

/// The same where every source neuron sends a value of its own largest magnitude: `bounds`, flat C·H·W.
std::vector<double> worst_sums(const RealProjection& projection, const Shape& target, std::span<const double> bounds);

/// Largest amplitude of a spike behind the routing; in floating point, because kernels of pools in a row multiply.
double routed_amplitude(const std::vector<Routing>& routing, double max_amplitude);

/// Rounds every weight to a multiple of 2^-fraction_bits.
Synapses round_synapses(const RealProjection& projection, std::int32_t fraction_bits);

}  // namespace syncopate
