#pragma once

#include "core/compiled_network.hpp"
#include "topology/linear_stage.hpp"

#include <optional>

namespace syncopate {

/// How many weights a chain of linear stages composes to (compose.cpp), from the shapes alone.
class ChainCost {
public:
    explicit ChainCost(const Shape& source) : source_(source), shape_(source) {}

    void add(const LinearStage& stage);

    /// Weights of the one convolution, or synapses of the list, that the chain becomes; 0 while spikes are only moved
    /// and summed.
    double weights() const { return list_ > 0.0 ? list_ : convolution_ ? filter_weights() : 0.0; }

private:
    double filter_weights() const;
    void add_convolution(const Convolution& convolution);
    void add_behind_convolution(const LinearStage& stage);
    void list_convolution();
    void add_to_list(const LinearStage& stage);

    Shape source_;
    Shape shape_;
    std::optional<ConvolutionSynapses> convolution_;  // without weights
    double list_ = 0.0;
};

}  // namespace syncopate
