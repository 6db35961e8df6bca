#include "topology/compiler/real_synapses.hpp"

#include "core/assert.hpp"
#include "core/index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace syncopate {

namespace {

std::int32_t rounded(double weight, std::int32_t fraction_bits) {
    const Charge charge = to_charge(weight, fraction_bits);
    // The bound of a tick's sum (choose_fraction_bits) is one for every single weight, too; in wide populations
    // room_for keeps weights this small.
    SYNCOPATE_ASSERT(charge >= std::numeric_limits<std::int32_t>::min() &&
                     charge <= std::numeric_limits<std::int32_t>::max());
    return static_cast<std::int32_t>(charge);
}

std::vector<double> worst_of(const RealConvolution& convolution, const Shape& target) {
    const ConvolutionSynapses& g = convolution.geometry;
    const std::size_t per_output = g.filter_count() / to_size(g.output.channels);
    std::vector<double> worst(to_size(target.size()), 0.0);
    const auto area = to_size(target.area());
    for (std::size_t o = 0; o < to_size(g.output.channels); ++o) {
        double sum = 0.0;
        for (std::size_t i = o * per_output; i < (o + 1) * per_output; ++i) {
            // The classes of a neuron's sources depend on its place, and near the border there are several. With the
            // largest value of any class for every weight, one sum is a bound for all neurons of the channel.
            double largest = 0.0;
            for (std::size_t k = i; k < convolution.weights.size(); k += g.filter_count())
                largest = std::max(largest, std::abs(convolution.weights[k]));
            sum += largest;
        }
        const auto first = worst.begin() + static_cast<std::ptrdiff_t>((o + to_size(g.first_output_channel)) * area);
        std::fill(first, first + static_cast<std::ptrdiff_t>(area), sum);
    }
    return worst;
}

std::vector<double> worst_of(const RealSparse& sparse, const Shape& target) {
    std::vector<double> worst(to_size(target.size()), 0.0);
    for (std::size_t s = 0; s < sparse.targets.size(); ++s)
        worst[to_size(sparse.targets[s])] += std::abs(sparse.weights[s]);
    return worst;
}

/// What the routing makes of the bounds.
std::vector<double> routed(const Routing& step, const std::vector<double>& bounds) {
    if (const auto* remap = std::get_if<Remap>(&step)) {
        std::vector<double> sums(to_size(remap->output.size()), 0.0);
        for (std::size_t i = 0; i < bounds.size(); ++i) {
            for (std::size_t k = remap->begin[i]; k < remap->begin[i + 1]; ++k)
                sums[to_size(remap->targets[k])] += bounds[i];
        }
        return sums;
    }
    const auto& pool = std::get<SumPool>(step);
    const AveragePool stage{pool.input,
                            pool.output,
                            {pool.kernel_height, pool.kernel_width},
                            {pool.stride_height, pool.stride_width},
                            {pool.pad_top, pool.pad_left},
                            {0, 0},
                            false};
    // The mean times its divisor is the sum, but for the last digit. That does no harm: bounds of this kind, from
    // magnitudes of the sources, go into the choice of bits only (add_usual), never into a proof.
    std::vector<double> sums(to_size(pool.output.size()));
    apply(stage, {}, bounds, sums);
    const auto area = static_cast<std::int32_t>(pool.output.area());
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const auto place = static_cast<std::int32_t>(i) % area;
        sums[i] *= divisor(stage, place / pool.output.width, place % pool.output.width);
    }
    return sums;
}

/// Channel by channel, as worst_of: every synapse of a channel meets the largest bound of the source's channel.
std::vector<double> worst_of(const RealConvolution& convolution, const Shape& target, std::span<const double> bounds) {
    const ConvolutionSynapses& g = convolution.geometry;
    const auto in_area = to_size(g.input.area());
    std::vector<double> largest(to_size(g.input.channels));
    for (std::size_t c = 0; c < largest.size(); ++c)
        largest[c] = *std::ranges::max_element(bounds.subspan(c * in_area, in_area));
    RealConvolution scaled{g, convolution.weights};
    const std::size_t kernel = to_size(g.kernel_height) * to_size(g.kernel_width);
    const std::size_t group_inputs = to_size(g.input.channels / g.groups);
    const std::size_t group_outputs = to_size(g.output.channels / g.groups);
    for (std::size_t i = 0; i < scaled.weights.size(); ++i) {
        const std::size_t output = i / (kernel * group_inputs) % to_size(g.output.channels);
        scaled.weights[i] *= largest[output / group_outputs * group_inputs + i / kernel % group_inputs];
    }
    return worst_of(scaled, target);
}

std::vector<double> worst_of(const RealSparse& sparse, const Shape& target, std::span<const double> bounds) {
    std::vector<double> worst(to_size(target.size()), 0.0);
    for (std::size_t i = 0; i + 1 < sparse.begin.size(); ++i) {
        for (std::size_t s = sparse.begin[i]; s < sparse.begin[i + 1]; ++s)
            worst[to_size(sparse.targets[s])] += std::abs(sparse.weights[s]) * bounds[i];
    }
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

double routed_amplitude(const std::vector<Routing>& routing, double max_amplitude) {
    for (const Routing& step : routing) {
        // At most every position of a window brings a spike of the largest amplitude. Moves add nothing: they have one
        // source for each element.
        if (const auto* pool = std::get_if<SumPool>(&step))
            max_amplitude *= 1.0 * pool->kernel_height * pool->kernel_width;
    }
    return max_amplitude;
}

std::vector<double> worst_sums(const RealProjection& projection, const Shape& target, std::int32_t max_amplitude) {
    std::vector<double> worst = std::visit([&](const auto& s) { return worst_of(s, target); }, projection.synapses);
    const double amplitude = routed_amplitude(projection.routing, max_amplitude);
    for (double& w : worst) w *= amplitude;
    return worst;
}

std::vector<double> worst_sums(const RealProjection& projection, const Shape& target, std::span<const double> bounds) {
    std::vector<double> arriving(bounds.begin(), bounds.end());
    for (const Routing& step : projection.routing) arriving = routed(step, arriving);
    return std::visit([&](const auto& s) { return worst_of(s, target, arriving); }, projection.synapses);
}

Synapses round_synapses(const RealProjection& projection, std::int32_t fraction_bits) {
    return std::visit([&](const auto& s) { return rounded_synapses(s, fraction_bits); }, projection.synapses);
}

}  // namespace syncopate
