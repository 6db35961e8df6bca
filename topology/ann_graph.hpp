#pragma once

#include "core/index.hpp"
#include "core/shape.hpp"
#include "topology/linear_stage.hpp"
#include "topology/tensor.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <variant>
#include <vector>

namespace syncopate {

/// The network's input, one sample.
struct AnnInput {};

/// A linear map and what is added to its result: nothing, one value for each channel, or one for each element.
/// Convolutions, fully connected layers, batch normalisation (a Scale with bias), pooling by averages, multiplication
/// or addition of a constant (a Scale of 1 with bias) and moves of elements are all of this kind.
struct AnnLinear {
    LinearStage stage;
    std::vector<double> bias;
};

/// Element-wise sum of two or more inputs of one shape.
struct AnnAdd {};

/// Concatenation along the channels; the output's flat layout is that of its inputs one after the other.
struct AnnConcat {};

/// y = min(max(x, 0), cap); cap = infinity is a plain ReLU. `cap` has one value or one for each channel.
struct AnnRelu {
    std::vector<double> cap = {std::numeric_limits<double>::infinity()};
};

/// The quantised activation of QCFS: y = θ/L · clip(floor(x·L/θ + shift), 0, L); shift is ½ in QCFS.
struct AnnStep {
    std::vector<double> threshold;  // θ, one value or one for each channel, > 0
    std::int32_t levels = 1;        // L
    double shift = 0.5;
};

/// Maximum over a window; inferred, but refused by conversion.
struct AnnMaxPool {
    Extent kernel = {};
    Extent stride = {};
    Extent dilation = {};
    Extent pad = {0, 0};
};

/// Over all elements, or the sigmoid of each; or its logarithm. Inferred; conversion ignores it at the end of a
/// network, where it does not change the order of logits, nor, for a single one, on which side of ½ the sigmoid lies.
struct AnnSoftmax {
    bool logarithm = false;
    bool is_sigmoid = false;
};

using AnnOperator = std::variant<AnnInput, AnnLinear, AnnAdd, AnnConcat, AnnRelu, AnnStep, AnnMaxPool, AnnSoftmax>;

/// Of a node in AnnGraph::nodes.
using NodeIndex = Index<struct NodeOfAnn>;

/// One step of inference. `inputs` are earlier nodes.
struct AnnNode {
    std::string name;    // unique, readable: the module's name where the exporter kept it ("layer1.0.conv1")
    std::string origin;  // name of the node in the imported file, for messages
    std::vector<NodeIndex> inputs;
    Shape shape;  // of the output
    AnnOperator operation;
};

/// What was imported: a feed-forward network in float, in topological order. The first node is the only AnnInput.
struct AnnGraph {
    std::vector<AnnNode> nodes;
    std::vector<Tensor> tensors;
    NodeIndex output;  // position of the node that gives the network's output

    const Shape& input_shape() const { return nodes.front().shape; }
    const Shape& output_shape() const { return nodes[output].shape; }
};

/// Throws Error, naming the node, unless every node refers to earlier ones, shapes agree and parameters are finite.
void validate(const AnnGraph& graph);

}  // namespace syncopate
