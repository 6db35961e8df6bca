#include "topology/compiler/real_synapses.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace syncopate {

namespace {

std::size_t size(std::int32_t n) { return static_cast<std::size_t>(n); }

std::int32_t rounded(double weight, std::int32_t fraction_bits) {
    const Charge charge = to_charge(weight, fraction_bits);
    SYNCOPATE_ASSERT(charge >= std::numeric_limits<std::int32_t>::min() &&
                     charge <= std::numeric_limits<std::int32_t>::max());
    return static_cast<std::int32_t>(charge);
}

std::vector<double> worst_of(const RealConvolution& convolution, const Shape& target) {
    const ConvolutionSynapses& g = convolution.geometry;
    const std::size_t per_output = g.filter_count() / size(g.output.channels);
    std::vector<double> worst(static_cast<std::size_t>(target.size()), 0.0);
    const auto area = static_cast<std::size_t>(target.area());
    for (std::size_t o = 0; o < size(g.output.channels); ++o) {
        double sum = 0.0;
        for (std::size_t i = o * per_output; i < (o + 1) * per_output; ++i) {
            double largest = 0.0;
            for (std::size_t k = i; k < convolution.weights.size(); k += g.filter_count())
                largest = std::max(largest, std::abs(convolution.weights[k]));
            sum += largest;
        }
        const auto first = worst.begin() + static_cast<std::ptrdiff_t>((o + size(g.first_output_channel)) * area);
        std::fill(first, first + static_cast<std::ptrdiff_t>(area), sum);
    }
    return worst;
}

std::vector<double> worst_of(const RealSparse& sparse, const Shape& target) {
    std::vector<double> worst(static_cast<std::size_t>(target.size()), 0.0);
    for (std::size_t s = 0; s < sparse.targets.size(); ++s)
        worst[size(sparse.targets[s])] += std::abs(sparse.weights[s]);
    return worst;
}

Synapses rounded_synapses(const RealConvolution& convolution, std::int32_t fraction_bits) {
    ConvolutionSynapses synapses = convolution.geometry;
    synapses.weights.reserve(convolution.weights.size());
    for (const double weight : convolution.weights) synapses.weights.push_back(rounded(weight, fraction_bits));
    return synapses;
}

Synapses rounded_synapses(const RealSparse& sparse, std::int32_t fraction_bits) {
    SparseSynapses synapses{sparse.input, sparse.output, sparse.begin, sparse.targets, {}};
    synapses.weights.reserve(sparse.weights.size());
    for (const double weight : sparse.weights) synapses.weights.push_back(rounded(weight, fraction_bits));
    return synapses;
}

}  // namespace

std::int32_t routed_amplitude(const std::vector<Routing>& routing, std::int32_t max_amplitude) {
    for (const Routing& step : routing) {
        if (const auto* pool = std::get_if<SumPool>(&step)) max_amplitude *= pool->kernel_height * pool->kernel_width;
    }
    return max_amplitude;
}

std::vector<double> worst_sums(const RealProjection& projection, const Shape& target, std::int32_t max_amplitude) {
    std::vector<double> worst = std::visit([&](const auto& s) { return worst_of(s, target); }, projection.synapses);
    const double amplitude = routed_amplitude(projection.routing, max_amplitude);
    for (double& w : worst) w *= amplitude;
    return worst;
}

Synapses round_synapses(const RealProjection& projection, std::int32_t fraction_bits) {
    return std::visit([&](const auto& s) { return rounded_synapses(s, fraction_bits); }, projection.synapses);
}

}  // namespace syncopate
