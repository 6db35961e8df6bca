#include "core/error.hpp"
#include "core/index.hpp"
#include "io/formats/onnx/moves.hpp"
#include "io/formats/onnx/operators.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace syncopate::onnx {

namespace {

using Dims = std::vector<std::int64_t>;

std::vector<float> transposed(const Constant& constant, double factor) {
    const auto rows = to_size(constant.dims[0]);
    const auto columns = to_size(constant.dims[1]);
    std::vector<float> result(constant.size());
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
            result[c * rows + r] = static_cast<float>(factor * constant.number(r * columns + c));
        }
    }
    return result;
}

std::vector<float> scaled(const Constant& constant, double factor) {
    std::vector<float> result(constant.size());
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = static_cast<float>(factor * constant.number(i));
    return result;
}

/// A weight matrix: which input it is, and whether rows of it belong to outputs.
struct Matrix {
    std::size_t input = 1;
    bool has_output_rows = false;
    double factor = 1.0;
};

/// The same fully connected layer at every position of K×1×P; gives M×1×P.
std::int32_t connect(const Call& call, std::int32_t source, const Matrix& matrix, std::vector<double> bias) {
    const Dims dims = call.constant(matrix.input, "its weights").dims;
    const Shape input = call.work().shape_of(source);
    const std::int64_t outputs = dims[matrix.has_output_rows ? 0 : 1];
    const std::int64_t inputs = dims[matrix.has_output_rows ? 1 : 0];
    if (inputs != input.channels || outputs < 1) {
        throw Error("weights of dimensions " + to_string(dims) + " do not fit an input of " +
                    std::to_string(input.channels) + " values");
    }
    sample_size(call.work(), {.dims = {call.work().batch, outputs, input.width}});
    Treatment treatment{.key = "as stored"};
    if (!matrix.has_output_rows) treatment = {.key = "transposed", .apply = transposed, .factor = matrix.factor};
    if (matrix.has_output_rows && matrix.factor != 1.0) {
        treatment = {.key = "scaled", .apply = scaled, .factor = matrix.factor};
    }
    const Shape output{static_cast<std::int32_t>(outputs), 1, input.width};
    const Convolution stage{.input = input, .output = output, .weights = call.weights(matrix.input, treatment)};
    const std::int32_t node =
        call.work().add_node(call.position(), AnnLinear{.stage = stage, .bias = std::move(bias)}, {source}, output);
    call.work().labels.back().parameter = owner_of(call.node().inputs[matrix.input]);
    call.report(NodeFate::layer, "fully connected, " + std::to_string(inputs) + " to " + std::to_string(outputs));
    return node;
}

/// Outputs and samples as a matrix.
void give_product(const Call& call, std::int32_t node, std::int64_t outputs, std::size_t batch_axis) {
    Activation result{.term = call.terms().of_node(node), .dims = {outputs, outputs}, .batch_axis = batch_axis};
    result.dims[batch_axis] = call.work().batch;
    call.give(std::move(result));
}

/// Gemm's third input, broadcast over the outputs, which are the rows or the columns of the product.
std::vector<double> gemm_bias(const Call& call, std::int64_t outputs, bool has_output_rows) {
    const double beta = call.number("beta", 1.0);
    if (!call.has_input(2) || beta == 0.0) return {};
    const Constant& given = call.constant(2, "its bias");
    const std::int64_t count = static_cast<std::int64_t>(given.size());
    const Dims along = has_output_rows ? Dims{outputs, 1} : given.dims.size() == 2 ? Dims{1, outputs} : Dims{outputs};
    if (count != 1 && given.dims != along) {
        throw Error("bias of dimensions " + to_string(given.dims) + " does not fit " + std::to_string(outputs) +
                    " outputs");
    }
    std::vector<double> bias = values_of(given, count, "bias");
    bias.resize(to_size(outputs), bias.front());
    for (double& b : bias) b *= beta;
    return bias;
}

/// α·A·B + β·C, where A and B may be transposed and one of them is a constant: the samples are the rows of the product
/// or its columns.
void gemm(const Call& call) {
    const std::size_t x_input = call.is_constant(0) ? 1 : 0;
    const bool is_left = x_input == 0;
    if (call.is_activation(0) && call.is_activation(1)) {
        throw Refusal("it multiplies two results of the network (attention?); one factor must be a constant");
    }
    const Activation& x = call.activation(x_input);
    const Dims weights = call.constant(1 - x_input, "its weights").dims;
    if (x.dims.size() != 2 || weights.size() != 2) {
        throw Error("an input of dimensions " + to_string(x.dims) + " and weights of " + to_string(weights) +
                    "; both must have two");
    }
    const bool is_turned = call.integer(is_left ? "transA" : "transB", 0) != 0;
    const std::size_t batch_axis = is_turned == is_left ? 1 : 0;
    const std::int64_t batch = batch_along(call.work(), x, batch_axis);
    const bool are_weights_turned = call.integer(is_left ? "transB" : "transA", 0) != 0;
    const Matrix matrix{
        .input = 1 - x_input, .has_output_rows = are_weights_turned == is_left, .factor = call.number("alpha", 1.0)};
    if (!std::isfinite(matrix.factor)) throw Error("alpha is not finite");
    const std::int64_t outputs = weights[matrix.has_output_rows ? 0 : 1];
    auto bias = gemm_bias(call, outputs, !is_left);
    const Shape input = any_shape(call.work(), {.dims = {batch, x.dims[1 - batch_axis]}});
    const std::int32_t node = connect(call, call.place(x, input), matrix, std::move(bias));
    give_product(call, node, outputs, is_left ? 0 : 1);
}

/// x·W for x of dimensions N×…×K: W at every position.
void multiply_right(const Call& call) {
    const Activation& x = call.activation(0);
    const Dims weights = call.constant(1, "its weights").dims;
    if (weights.size() != 2) {
        throw Refusal("weights of dimensions " + to_string(weights) + " are not supported; they must be a matrix");
    }
    if (x.dims.size() < 2) throw Error("an input of dimensions " + to_string(x.dims) + " has no batch");
    sample_shape(call.work(), x);
    const std::int64_t inputs = x.dims.back();
    const std::int64_t positions = sample_size(call.work(), x) / inputs;
    const std::int64_t outputs = weights[1];
    Activation columns = x;
    columns.dims = {x.dims[0], positions, inputs};
    if (positions > 1) columns = call.moved(columns, transposition({1, positions, inputs}, {0, 2, 1}));
    const Shape input{static_cast<std::int32_t>(inputs), 1, static_cast<std::int32_t>(positions)};
    const std::int32_t node = connect(call, call.place(columns, input), {}, {});
    Activation result{.term = call.terms().of_node(node), .dims = {x.dims[0], outputs, positions}};
    if (positions > 1) result = call.moved(result, transposition({1, outputs, positions}, {0, 2, 1}));
    result.dims = x.dims;
    result.dims.back() = outputs;
    call.give(std::move(result));
}

/// W·x for x of dimensions N×K×P, or K×N.
void multiply_left(const Call& call) {
    const Activation& x = call.activation(1);
    const Dims weights = call.constant(0, "its weights").dims;
    const bool has_columns = x.dims.size() == 2 && x.batch_axis == 1;
    if (weights.size() != 2 || (x.dims.size() != 3 && !has_columns)) {
        throw Refusal("weights of dimensions " + to_string(weights) + " times an input of dimensions " +
                      to_string(x.dims) + " would mix the samples of a batch; multiply from the right");
    }
    const Matrix matrix{.input = 0, .has_output_rows = true};
    if (has_columns) {
        const Shape input = any_shape(call.work(), {.dims = {batch_along(call.work(), x, 1), x.dims[0]}});
        return give_product(call, connect(call, call.place(x, input), matrix, {}), weights[0], 1);
    }
    const Shape input = sample_shape(call.work(), x);
    const std::int32_t node = connect(call, call.place(x, input), matrix, {});
    call.give_node(node, {x.dims[0], weights[0], x.dims[2]});
}

void matrix_product(const Call& call) {
    if (call.is_activation(0) && call.is_activation(1)) {
        throw Refusal("it multiplies two results of the network (attention?); one factor must be a constant");
    }
    call.is_activation(0) ? multiply_right(call) : multiply_left(call);
}

/// Training mode is an attribute from opset 14 on, was told by further outputs before, and by `is_test` before 7.
void require_inference(const Call& call) {
    const auto& outputs = call.node().outputs;
    const bool has_statistics =
        std::any_of(outputs.begin() + 1, outputs.end(), [](const auto& o) { return !o.empty(); });
    const bool is_training = call.integer("training_mode", 0) != 0 || has_statistics ||
                             (call.opset() < 7 && call.integer("is_test", 0) == 0);
    if (is_training) throw Refusal("it is in training mode; call model.eval() before the export");
    if (call.opset() < 9 && call.integer("spatial", 1) == 0) {
        throw Refusal(
            "it has statistics for each position (spatial=0), which newer operator sets have not; normalise "
            "each channel");
    }
}

void batch_normalization(const Call& call) {
    require_inference(call);
    const Activation& x = call.activation(0);
    sample_shape(call.work(), x);
    if (x.dims.size() < 2) throw Error("an input of dimensions " + to_string(x.dims) + " has no channels");
    const std::int64_t channels = x.dims[1];
    const auto scale = values_of(call.constant(1, "scale"), channels, "scale");
    const auto shift = values_of(call.constant(2, "B"), channels, "B");
    const auto mean = values_of(call.constant(3, "mean"), channels, "mean");
    const auto variance = values_of(call.constant(4, "variance"), channels, "variance");
    const double epsilon = call.number("epsilon", 1e-5);
    const Shape shape{static_cast<std::int32_t>(channels), 1,
                      static_cast<std::int32_t>(sample_size(call.work(), x) / channels)};
    std::vector<double> factor(scale.size());
    std::vector<double> bias(scale.size());
    call.work().budget.allocate(2 * channels);
    for (std::size_t c = 0; c < scale.size(); ++c) {
        if (!(variance[c] + epsilon > 0.0)) {
            throw Error("variance " + std::to_string(variance[c]) + " of channel " + std::to_string(c) +
                        " plus epsilon must be greater than 0");
        }
        factor[c] = scale[c] / std::sqrt(variance[c] + epsilon);
        bias[c] = shift[c] - factor[c] * mean[c];
    }
    const Shape natural = any_shape(call.work(), x);
    const Shape extents = natural.channels == shape.channels ? natural : shape;
    const std::int32_t source = call.place(x, extents);
    const std::int32_t node = call.work().add_node(
        call.position(), AnnLinear{.stage = Scale{extents, std::move(factor)}, .bias = std::move(bias)}, {source},
        extents);
    call.work().labels.back().parameter = owner_of(call.node().inputs[1]);
    call.report(NodeFate::layer, "batch normalisation");
    call.give_node(node, x.dims);
}

void concatenation(const Call& call) {
    Dims dims;
    std::vector<NodeIndex> sources;
    Shape shape{0, 1, 1};
    const std::int64_t axis = call.integer("axis", 1);
    for (std::size_t i = 0; i < call.input_count(); ++i) {
        const Activation& part = call.activation(i);
        const Shape extents = sample_shape(call.work(), part);
        if (axis_of(axis, part.dims.size()) != 1) {
            throw Refusal("concatenation along axis " + std::to_string(axis) + " of " + to_string(part.dims) +
                          " is not supported; only that of channels (axis 1) is");
        }
        if (part.dims.size() > 4) throw Refusal("concatenation of more than four axes is not supported");
        Dims others = part.dims;
        others[1] = dims.empty() ? others[1] : dims[1];
        if (i > 0 && others != dims) {
            throw Error("inputs of dimensions " + to_string(dims) + " and " + to_string(part.dims) +
                        " cannot be concatenated along axis 1");
        }
        dims = others;
        dims[1] = i == 0 ? part.dims[1] : dims[1] + part.dims[1];
        shape = {static_cast<std::int32_t>(dims[1]), extents.height, extents.width};
        sample_size(call.work(), {.dims = dims});
        sources.push_back(call.place(part, extents));
    }
    const std::int32_t node = call.work().add_node(call.position(), AnnConcat{}, std::move(sources), shape);
    call.report(NodeFate::layer, "concatenation of channels");
    call.give_node(node, dims);
}

/// Whether the operator's result goes to the network's output, through nothing but changes of dimensions.
bool is_at_end(const Call& call) {
    const Model& model = call.work().model;
    std::string value = call.node().outputs[0];
    for (std::size_t steps = 0; steps < 16 && value != model.output; ++steps) {
        if (call.work().uses[value] != 1) return false;
        const auto next = std::find_if(model.nodes.begin(), model.nodes.end(), [&](const Node& node) {
            return !node.inputs.empty() && node.inputs[0] == value && !node.outputs.empty() &&
                   call.work().uses.count(node.outputs[0]) != 0;
        });
        static const std::vector<std::string> harmless = {"Identity", "Reshape",  "Flatten", "Squeeze", "Unsqueeze",
                                                          "Cast",     "CastLike", "Dropout", "Log"};
        if (next == model.nodes.end() || next->outputs.empty() ||
            std::find(harmless.begin(), harmless.end(), next->op) == harmless.end()) {
            return false;
        }
        value = next->outputs[0];
    }
    return value == model.output;
}

void report_end(const Call& call, const std::string& name) {
    call.report(NodeFate::layer, name + "; left out of the spiking network, the order of the outputs is the same");
}

/// Each output for itself; wherever the output's dimensions put it.
void sigmoid(const Call& call) {
    const Activation& x = call.activation(0);
    if (!is_at_end(call)) throw Refusal(hint("Sigmoid"));
    const Shape shape = any_shape(call.work(), x);
    const std::int32_t source = call.place(x, shape);
    const std::int32_t node = call.work().add_node(call.position(), AnnSoftmax{.is_sigmoid = true}, {source}, shape);
    report_end(call, "sigmoid");
    Activation result = x;
    result.term = call.terms().of_node(node);
    result.map.clear();
    result.is_permutation = true;
    call.give(std::move(result));
}

/// Of a softmax or sigmoid at the end, which then gives its logarithm.
void logarithm(const Call& call) {
    const Activation& x = call.activation(0);
    const std::int32_t node = call.terms().at(x.term).node;
    auto* softmax = node < 0 ? nullptr : std::get_if<AnnSoftmax>(&call.work().graph.nodes[to_size(node)].operation);
    if (softmax == nullptr || softmax->logarithm || !is_at_end(call)) throw Refusal(hint("Log"));
    softmax->logarithm = true;
    call.report(NodeFate::folded, "part of the " + std::string(softmax->is_sigmoid ? "sigmoid" : "softmax") +
                                      " at the end, which is left out of the spiking network");
    call.work().outcomes[call.position()].node = node;
    call.give(x);
}

void softmax(const Call& call) {
    const Activation& x = call.activation(0);
    const Shape shape = sample_shape(call.work(), x);
    const std::size_t axis = axis_of(call.integer("axis", call.opset() < 13 ? 1 : -1), x.dims.size());
    // Before opset 13 the axes from `axis` on were taken together.
    const std::int64_t group = call.opset() < 13 && axis == 1 ? shape.size() : x.dims[axis];
    if (!is_at_end(call)) {
        throw Refusal(
            "a softmax inside the network (attention?) cannot be represented by spikes; it is possible at the "
            "end only");
    }
    if (axis == 0 || group != shape.size()) {
        throw Refusal("the softmax at the end must be over all outputs of a sample, not over axis " +
                      std::to_string(axis) + " of " + to_string(x.dims));
    }
    const bool is_logarithm = call.node().op == "LogSoftmax";
    const std::int32_t source = call.place(x, shape);
    const std::int32_t node =
        call.work().add_node(call.position(), AnnSoftmax{.logarithm = is_logarithm}, {source}, shape);
    report_end(call, is_logarithm ? "logarithm of a softmax" : "softmax");
    call.give_node(node, x.dims);
}

}  // namespace

Operator layer_operator(const std::string& op) {
    static const std::map<std::string, Operator> table = {{"Gemm", gemm},
                                                          {"MatMul", matrix_product},
                                                          {"BatchNormalization", batch_normalization},
                                                          {"Concat", concatenation},
                                                          {"Softmax", softmax},
                                                          {"LogSoftmax", softmax},
                                                          {"Log", logarithm},
                                                          {"Sigmoid", sigmoid}};
    const auto found = table.find(op);
    return found == table.end() ? nullptr : found->second;
}

}  // namespace syncopate::onnx
