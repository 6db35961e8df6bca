#include "topology/compiler/chain_cost.hpp"

#include "topology/compiler/convolution_algebra.hpp"

#include <algorithm>

namespace syncopate {

namespace {

// In double: averages of a fan-out are fractions, and products along a chain may pass 64 bits.
double size_of(const Shape& shape) { return static_cast<double>(shape.size()); }

/// Outputs that an input of the stage reaches, on average.
double fan_out_of(const LinearStage& stage) {
    if (const auto* convolution = std::get_if<Convolution>(&stage)) {
        return static_cast<double>(multiply_accumulates(*convolution)) / size_of(convolution->input);
    }
    // As if every window lay inside the frame: an estimate is enough, and windows that hang over only make it larger.
    if (const auto* pool = std::get_if<AveragePool>(&stage)) {
        return size_of(pool->output) * pool->kernel.height * pool->kernel.width / size_of(pool->input);
    }
    return size_of(output_shape(stage)) / size_of(input_shape(stage));
}

}  // namespace

double ChainCost::filter_weights() const {
    const ConvolutionSynapses& g = *convolution_;
    return static_cast<double>(g.output.channels) * (g.input.channels / g.groups) * g.kernel_height * g.kernel_width;
}

void ChainCost::add(const LinearStage& stage) {
    // The cases are those of Composer::add (compose.cpp), and must stay so: where they differed, a linear population
    // would be put where composing is cheap, or missing where it is not. As there, nothing makes a list a convolution
    // again, and before the first convolution spikes are only moved, which takes no weights.
    if (list_ > 0.0) {
        add_to_list(stage);
    } else if (convolution_) {
        add_behind_convolution(stage);
    } else if (const auto* convolution = std::get_if<Convolution>(&stage)) {
        add_convolution(*convolution);
    }
    shape_ = output_shape(stage);
}

/// Behind mere moves. A fully connected layer is a convolution as large as what it reads.
// Into how many classes of weights a factor before it splits it depends on values, not on shapes, and is left out.
void ChainCost::add_convolution(const Convolution& convolution) { convolution_ = geometry_of(convolution); }

void ChainCost::add_behind_convolution(const LinearStage& stage) {
    if (const auto* scale = std::get_if<Scale>(&stage)) {
        if (static_cast<std::int64_t>(scale->factor.size()) <= shape_.channels && scale->shape == shape_) return;
    } else if (const auto* gather = std::get_if<Gather>(&stage)) {
        if (gather->input == shape_ && channel_map(*gather)) return;  // moves weights
    } else if (input_shape(stage) == shape_) {
        const auto* pool = std::get_if<AveragePool>(&stage);
        const auto next =
            pool != nullptr ? geometry_of(*pool) : std::optional(geometry_of(std::get<Convolution>(stage)));
        auto both = next ? composed_geometry(*convolution_, *next) : std::nullopt;
        if (both) {
            convolution_ = std::move(both);
            return;
        }
    }
    list_convolution();
    add_to_list(stage);
}

void ChainCost::list_convolution() {
    const ConvolutionSynapses& g = *convolution_;
    // At least 1, because a list is told by list_ > 0.
    list_ = std::max(1.0, filter_weights() * static_cast<double>(g.output.area()));
}

void ChainCost::add_to_list(const LinearStage& stage) {
    // Not more than a full matrix: paths that lead from one source to one target become one synapse
    // (Composer::add_to_sparse), which a product of fan-outs counts as often as there are paths.
    list_ = std::clamp(list_ * fan_out_of(stage), 1.0, size_of(source_) * size_of(output_shape(stage)));
}

}  // namespace syncopate
