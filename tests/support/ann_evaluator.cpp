#include "tests/support/ann_evaluator.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace syncopate::support {

namespace {

using Values = std::vector<double>;

/// What a node sees: its shape, the shape of its first input, and the values of its inputs.
struct At {
    const AnnGraph& graph;
    const AnnNode& node;
    std::vector<const Values*> inputs;

    const Shape& input_shape() const { return graph.nodes[static_cast<std::size_t>(node.inputs[0])].shape; }
};

double entry(const Values& values, std::size_t i, std::size_t count) { return values[i / (count / values.size())]; }

Values result_of(const AnnInput&, const At&) { return {}; }

Values result_of(const AnnLinear& linear, const At& at) {
    Values output(static_cast<std::size_t>(at.node.shape.size()));
    apply(linear.stage, at.graph.tensors, *at.inputs[0], output);
    if (linear.bias.empty()) return output;
    for (std::size_t i = 0; i < output.size(); ++i) output[i] += entry(linear.bias, i, output.size());
    return output;
}

Values result_of(const AnnAdd&, const At& at) {
    Values output(static_cast<std::size_t>(at.node.shape.size()), 0.0);
    for (const Values* input : at.inputs) {
        for (std::size_t i = 0; i < output.size(); ++i) output[i] += (*input)[i];
    }
    return output;
}

Values result_of(const AnnConcat&, const At& at) {
    Values output;
    for (const Values* input : at.inputs) output.insert(output.end(), input->begin(), input->end());
    return output;
}

Values result_of(const AnnRelu& relu, const At& at) {
    Values output = *at.inputs[0];
    for (std::size_t i = 0; i < output.size(); ++i) {
        output[i] = std::min(std::max(output[i], 0.0), entry(relu.cap, i, output.size()));
    }
    return output;
}

Values result_of(const AnnStep& step, const At& at) {
    Values output = *at.inputs[0];
    for (std::size_t i = 0; i < output.size(); ++i) {
        const double threshold = entry(step.threshold, i, output.size());
        const double level = std::floor(output[i] * step.levels / threshold + step.shift);
        output[i] = threshold / step.levels * std::min(std::max(level, 0.0), double(step.levels));
    }
    return output;
}

double window_maximum(const AnnMaxPool& pool, const Shape& shape, const double* channel, std::int32_t y,
                      std::int32_t x) {
    double best = -std::numeric_limits<double>::infinity();
    for (std::int32_t ky = 0; ky < pool.kernel.height; ++ky) {
        for (std::int32_t kx = 0; kx < pool.kernel.width; ++kx) {
            const std::int32_t row = y * pool.stride.height - pool.pad.height + ky * pool.dilation.height;
            const std::int32_t column = x * pool.stride.width - pool.pad.width + kx * pool.dilation.width;
            if (row < 0 || column < 0 || row >= shape.height || column >= shape.width) continue;
            best = std::max(best, channel[row * shape.width + column]);
        }
    }
    return best;
}

Values result_of(const AnnMaxPool& pool, const At& at) {
    Values output;
    const Shape& shape = at.input_shape();
    for (std::int32_t c = 0; c < at.node.shape.channels; ++c) {
        const double* channel = at.inputs[0]->data() + c * shape.area();
        for (std::int32_t y = 0; y < at.node.shape.height; ++y) {
            for (std::int32_t x = 0; x < at.node.shape.width; ++x) {
                output.push_back(window_maximum(pool, shape, channel, y, x));
            }
        }
    }
    return output;
}

Values result_of(const AnnSoftmax& softmax, const At& at) {
    Values output = *at.inputs[0];
    if (softmax.is_sigmoid) {
        for (double& v : output) v = softmax.logarithm ? -std::log1p(std::exp(-v)) : 1.0 / (1.0 + std::exp(-v));
        return output;
    }
    const double top = *std::max_element(output.begin(), output.end());
    double sum = 0.0;
    for (const double v : output) sum += std::exp(v - top);
    for (double& v : output) v = softmax.logarithm ? v - top - std::log(sum) : std::exp(v - top) / sum;
    return output;
}

}  // namespace

std::vector<double> evaluate(const AnnGraph& graph, std::span<const double> input) {
    std::vector<Values> results(graph.nodes.size());
    std::vector<std::size_t> last_reader(graph.nodes.size(), 0);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        for (const NodeIndex source : graph.nodes[i].inputs) last_reader[source] = i;
    }
    last_reader[graph.output] = graph.nodes.size();
    results[0].assign(input.begin(), input.end());
    for (std::size_t i = 1; i < graph.nodes.size(); ++i) {
        At at{graph, graph.nodes[i], {}};
        for (const NodeIndex source : at.node.inputs) at.inputs.push_back(&results[source]);
        results[i] = std::visit([&](const auto& operation) { return result_of(operation, at); }, at.node.operation);
        for (const NodeIndex source : at.node.inputs) {
            if (last_reader[source] == i) Values().swap(results[source]);
        }
    }
    return results[graph.output];
}

}  // namespace syncopate::support
