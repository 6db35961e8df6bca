#include "io/onnx/operators.hpp"

#include <map>
#include <set>

namespace syncopate::onnx {

namespace {

const std::string smooth =
    "a smooth or two-sided activation cannot be represented by a firing rate; train with ReLU, ReLU6 or QCFS instead";
const std::string normalises =
    "it normalises each sample by its own statistics, which cannot be folded into weights; use batch normalisation";
const std::string quantised =
    "quantised graphs are not supported; export the floating-point network (QCFS activations may stay)";
const std::string branches =
    "control flow is not supported; export with a fixed input shape, or with torch.onnx.export(dynamo=True)";
const std::string recurrent = "recurrent layers are not supported; Syncopate converts feed-forward networks";
const std::string sequences =
    "sequences are not supported; export with torch.onnx.export's optimisation on (optimize=True), or split with Split";
const std::string attends = "attention cannot be converted; use a convolutional or fully connected network";

const std::map<std::string, std::string>& hints() {
    static const std::map<std::string, std::string> table = {
        {"LeakyRelu", "its negative side cannot be represented by a firing rate; train with ReLU or QCFS instead"},
        {"PRelu", "its negative side cannot be represented by a firing rate; train with ReLU or QCFS instead"},
        {"Sigmoid", smooth + " (a sigmoid at the very end can be left out of the export)"},
        {"Tanh", smooth},
        {"Elu", smooth},
        {"Selu", smooth},
        {"Celu", smooth},
        {"Gelu", smooth},
        {"Mish", smooth},
        {"Softplus", smooth},
        {"Softsign", smooth},
        {"HardSigmoid", smooth},
        {"HardSwish", smooth},
        {"Swish", smooth},
        {"Erf", smooth},
        {"ThresholdedRelu", smooth},
        {"Exp", smooth},
        {"Log", smooth},
        {"Sqrt", smooth},
        {"Pow", smooth},
        {"Abs", smooth},
        {"Reciprocal", smooth},
        {"Sign", "it has a negative level; use a step from 0 to a threshold (QCFS with one level)"},
        {"InstanceNormalization", normalises + " (torch's GroupNorm and InstanceNorm export as this)"},
        {"LayerNormalization", normalises},
        {"GroupNormalization", normalises},
        {"RMSNormalization", normalises},
        {"SimplifiedLayerNormalization", normalises},
        {"MeanVarianceNormalization", normalises},
        {"LpNormalization", normalises},
        {"LRN", normalises},
        {"QuantizeLinear", quantised},
        {"DequantizeLinear", quantised},
        {"DynamicQuantizeLinear", quantised},
        {"QLinearConv", quantised},
        {"QLinearMatMul", quantised},
        {"ConvInteger", quantised},
        {"MatMulInteger", quantised},
        {"If", branches},
        {"Loop", branches},
        {"Scan", branches},
        {"LSTM", recurrent},
        {"GRU", recurrent},
        {"RNN", recurrent},
        {"SplitToSequence", sequences},
        {"SequenceAt", sequences},
        {"SequenceConstruct", sequences},
        {"ConcatFromSequence", sequences},
        {"Attention", attends},
        {"MultiHeadAttention", attends},
        {"Einsum", "it is not supported; write it as a Linear layer or a matrix product with a constant"},
        {"ConvTranspose", "transposed convolutions are not supported; use convolutions with a stride of at least 1"},
        {"Resize", "resizing feature maps is not supported; use strides or pooling"},
        {"Upsample", "resizing feature maps is not supported; use strides or pooling"},
        {"LpPool", "it is not linear; use average pooling"},
        {"ReduceMax", "a maximum over results of the network is not supported; use average pooling"},
        {"ReduceMin", "a minimum over results of the network is not supported; use average pooling"},
        {"ReduceSum", "it is not supported; use a mean (ReduceMean, average pooling) instead"},
        {"ArgMax", "it chooses the class; leave it out of the export, the simulator does that itself"},
        {"TopK", "it chooses classes; leave it out of the export, the simulator does that itself"},
        {"Cast", "converting results of the network to whole numbers is not supported; keep them in floating point"},
        {"Where", "choosing between results of the network is not supported"},
        {"NonZero", "results whose size depends on the data are not supported"},
        {"DepthToSpace", "it is not supported; write it as reshape, transpose, reshape"},
        {"SpaceToDepth", "it is not supported; write it as reshape, transpose, reshape"}};
    return table;
}

}  // namespace

std::string hint(const std::string& op) {
    const auto found = hints().find(op);
    if (found != hints().end()) return found->second;
    return "this operator is not supported; express it with convolutions, linear layers, average pooling, batch "
           "normalisation, ReLU, sums and concatenations";
}

bool keeps_shape(const std::string& op) {
    static const std::set<std::string> operators = {"LeakyRelu",
                                                    "PRelu",
                                                    "Sigmoid",
                                                    "Tanh",
                                                    "Elu",
                                                    "Selu",
                                                    "Celu",
                                                    "Gelu",
                                                    "Mish",
                                                    "Softplus",
                                                    "Softsign",
                                                    "HardSigmoid",
                                                    "HardSwish",
                                                    "Swish",
                                                    "Erf",
                                                    "ThresholdedRelu",
                                                    "Exp",
                                                    "Log",
                                                    "Sqrt",
                                                    "Pow",
                                                    "Abs",
                                                    "Reciprocal",
                                                    "Sign",
                                                    "InstanceNormalization",
                                                    "LayerNormalization",
                                                    "GroupNormalization",
                                                    "RMSNormalization",
                                                    "SimplifiedLayerNormalization",
                                                    "MeanVarianceNormalization",
                                                    "LpNormalization",
                                                    "LRN",
                                                    "QuantizeLinear",
                                                    "DequantizeLinear",
                                                    "Softmax",
                                                    "LogSoftmax",
                                                    "Cast",
                                                    "Add",
                                                    "Sub",
                                                    "Mul",
                                                    "Div",
                                                    "Min",
                                                    "Max",
                                                    "Sum"};
    return operators.count(op) != 0;
}

}  // namespace syncopate::onnx
