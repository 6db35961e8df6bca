#include "io/formats/onnx/operators.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace syncopate::onnx {

namespace {

/// Why some operators are refused and what to do.
struct Hint {
    std::string_view operators = {};  // separated by spaces
    std::string_view reason = {};
};

constexpr std::array hints = {
    Hint{"LeakyRelu PRelu",
         "its negative side cannot be represented by a firing rate; train with ReLU or QCFS instead"},
    Hint{
        "Sigmoid",
        "a smooth activation cannot be represented by a firing rate; train with ReLU, ReLU6 or QCFS instead (a sigmoid "
        "at the very end is left out by itself)"},
    Hint{"Tanh Elu Selu Celu Gelu Mish Softplus Softsign HardSigmoid HardSwish Swish Erf ThresholdedRelu Exp Log Sqrt "
         "Pow Abs Reciprocal",
         "a smooth or two-sided function cannot be represented by a firing rate; train with ReLU, ReLU6 or QCFS "
         "instead"},
    Hint{"Sign", "it has a negative level; use a step from 0 to a threshold (QCFS with one level)"},
    Hint{
        "InstanceNormalization LayerNormalization GroupNormalization RMSNormalization SimplifiedLayerNormalization "
        "MeanVarianceNormalization LpNormalization LRN",
        "it normalises each sample by its own statistics, which cannot be folded into weights; use batch normalisation "
        "(PyTorch's GroupNorm is exported as InstanceNormalization)"},
    Hint{"DynamicQuantizeLinear QLinearConv QLinearMatMul ConvInteger MatMulInteger",
         "networks that compute in whole numbers are not supported; export the floating-point network (weights behind "
         "DequantizeLinear and QCFS activations may stay)"},
    Hint{"If Loop Scan",
         "control flow is not supported; export with a fixed input shape, or with torch.onnx.export(dynamo=True)"},
    Hint{"LSTM GRU RNN", "recurrent layers are not supported; Syncopate converts feed-forward networks"},
    Hint{"Attention MultiHeadAttention",
         "attention cannot be converted; use a convolutional or fully connected network"},
    Hint{"SplitToSequence SequenceAt SequenceConstruct ConcatFromSequence",
         "sequences are not supported; export with torch.onnx.export's optimisation on (optimize=True)"},
    Hint{"Einsum", "it is not supported; write it as a linear layer or a matrix product with a constant"},
    Hint{"ConvTranspose", "transposed convolutions are not supported; use convolutions with a stride of at least 1"},
    Hint{"Resize Upsample", "resizing feature maps is not supported; use strides or pooling"},
    Hint{"LpPool", "it is not linear; use average pooling"},
    Hint{"ReduceMin", "the smallest of results of the network is not supported; use average pooling"},
    Hint{"ArrayFeatureExtractor ZipMap LabelEncoder Normalizer TreeEnsembleClassifier LinearClassifier",
         "it belongs to a classical classifier; export a network that ends with its logits"},
    Hint{"ArgMax TopK", "it chooses classes; leave it out of the export, the simulator does that itself"},
    Hint{"Cast", "converting results of the network to whole numbers is not supported; keep them in floating point"},
    Hint{"Where Not Greater GreaterOrEqual Less LessOrEqual Equal NonZero",
         "choosing by results of the network is not supported, except the larger or smaller of one and a constant"},
    Hint{"DepthToSpace SpaceToDepth", "it is not supported; write it as reshape, transpose, reshape"}};

constexpr std::string_view shape_keeping =
    "LeakyRelu PRelu Sigmoid Tanh Elu Selu Celu Gelu Mish Softplus Softsign HardSigmoid HardSwish Swish Erf "
    "ThresholdedRelu Exp Log Sqrt Pow Abs Reciprocal Sign InstanceNormalization LayerNormalization GroupNormalization "
    "RMSNormalization SimplifiedLayerNormalization MeanVarianceNormalization LpNormalization LRN QuantizeLinear "
    "DequantizeLinear Softmax LogSoftmax Cast Add Sub Mul Div Min Max Sum";

/// Whether a list separated by spaces has the word.
bool has_word(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(' '), list.size());
        if (list.substr(0, end) == word) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

}  // namespace

std::string hint(const std::string& op) {
    const auto* found =
        std::find_if(hints.begin(), hints.end(), [&](const Hint& h) { return has_word(h.operators, op); });
    if (found != hints.end()) return std::string(found->reason);
    return "this operator is not supported; express it with convolutions, linear layers, average pooling, batch "
           "normalisation, ReLU, sums and concatenations";
}

bool keeps_shape(const std::string& op) { return has_word(shape_keeping, op); }

}  // namespace syncopate::onnx
