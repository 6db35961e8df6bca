#include "tests/unit/topology/conversion/ann_builder.hpp"

#include <cmath>
#include <numeric>

namespace syncopate::test {

AnnBuilder::AnnBuilder(Shape input, std::uint64_t seed) : random_(seed) { append("input", {}, input, AnnInput{}); }

std::int32_t AnnBuilder::append(std::string name, std::vector<NodeIndex> inputs, Shape shape, AnnOperator operation) {
    if (!graph_.nodes.empty()) name += std::to_string(graph_.nodes.size());
    graph_.nodes.push_back({name, name, std::move(inputs), shape, std::move(operation)});
    return static_cast<std::int32_t>(graph_.nodes.size()) - 1;
}

std::int32_t AnnBuilder::convolution(NodeIndex from, Geometry g) {
    const std::int32_t fan_in = shape(from).channels / g.groups * g.kernel * g.kernel;
    std::vector<float> weights(static_cast<std::size_t>(g.channels * fan_in));
    const double spread = 1.5 / std::sqrt(fan_in);
    for (float& w : weights) w = static_cast<float>(uniform(-spread, spread));
    std::vector<double> bias(static_cast<std::size_t>(g.channels));
    for (double& b : bias) b = uniform(-0.3, 0.4);
    return convolution(from, g, std::move(weights), std::move(bias));
}

std::int32_t AnnBuilder::convolution(NodeIndex from, Geometry g, std::vector<float> weights, std::vector<double> bias) {
    const Shape in = shape(from);
    const auto extent = [&](std::int32_t n) {
        return (n + 2 * g.pad - (g.kernel - 1) * g.dilation - 1) / g.stride + 1;
    };
    const Shape out{g.channels, extent(in.height), extent(in.width)};
    Tensor tensor{"weights" + std::to_string(graph_.tensors.size()), {}, std::move(weights)};
    tensor.dimensions = {g.channels, in.channels / g.groups, g.kernel, g.kernel};
    Convolution stage{in,
                      out,
                      {g.kernel, g.kernel},
                      {g.stride, g.stride},
                      {g.dilation, g.dilation},
                      {g.pad, g.pad},
                      g.groups,
                      static_cast<TensorId>(graph_.tensors.size())};
    graph_.tensors.push_back(std::move(tensor));
    return append("conv", {from}, out, AnnLinear{stage, std::move(bias)});
}

std::int32_t AnnBuilder::linear(NodeIndex from, std::vector<float> weights, std::vector<double> bias) {
    const auto outputs = static_cast<std::int32_t>(weights.size()) / shape(from).channels;
    return convolution(from, {.channels = outputs}, std::move(weights), std::move(bias));
}

std::int32_t AnnBuilder::batch_norm(NodeIndex from) {
    std::vector<double> factor(static_cast<std::size_t>(shape(from).channels)), bias(factor.size());
    for (double& f : factor) f = uniform(0.3, 1.7);
    for (double& b : bias) b = uniform(-0.3, 0.3);
    return scale(from, std::move(factor), std::move(bias));
}

std::int32_t AnnBuilder::scale(NodeIndex from, std::vector<double> factor, std::vector<double> bias) {
    return append("scale", {from}, shape(from), AnnLinear{Scale{shape(from), std::move(factor)}, std::move(bias)});
}

std::int32_t AnnBuilder::average_pool(NodeIndex from, std::int32_t kernel, std::int32_t stride, std::int32_t pad,
                                      bool count_include_pad) {
    const Shape in = shape(from);
    const auto extent = [&](std::int32_t n) { return (n + 2 * pad - kernel) / stride + 1; };
    const Shape out{in.channels, extent(in.height), extent(in.width)};
    AveragePool pool{in, out, {kernel, kernel}, {stride, stride}, {pad, pad}, {pad, pad}, count_include_pad};
    return append("pool", {from}, out, AnnLinear{pool, {}});
}

std::int32_t AnnBuilder::gather(NodeIndex from, Shape output, std::vector<std::int32_t> source) {
    return append("gather", {from}, output, AnnLinear{Gather{shape(from), output, std::move(source)}, {}});
}

std::int32_t AnnBuilder::flatten(NodeIndex from) {
    std::vector<std::int32_t> source(static_cast<std::size_t>(shape(from).size()));
    std::iota(source.begin(), source.end(), 0);
    return gather(from, {static_cast<std::int32_t>(source.size()), 1, 1}, source);
}

std::int32_t AnnBuilder::shuffle(NodeIndex from, std::int32_t groups) {
    const Shape in = shape(from);
    const auto area = static_cast<std::int32_t>(in.area());
    std::vector<std::int32_t> source;
    for (std::int32_t c = 0; c < in.channels; ++c) {
        const std::int32_t taken = c % groups * (in.channels / groups) + c / groups;
        for (std::int32_t i = 0; i < area; ++i) source.push_back(taken * area + i);
    }
    return gather(from, in, std::move(source));
}

std::int32_t AnnBuilder::option_a(NodeIndex from, std::int32_t channels) {
    const Shape in = shape(from);
    const Shape half{in.channels, (in.height + 1) / 2, (in.width + 1) / 2};
    std::vector<std::int32_t> source;
    for (std::int32_t c = 0; c < half.channels; ++c) {
        for (std::int32_t y = 0; y < half.height; ++y) {
            for (std::int32_t x = 0; x < half.width; ++x) source.push_back((c * in.height + 2 * y) * in.width + 2 * x);
        }
    }
    const std::int32_t sliced = gather(from, half, std::move(source));
    const auto area = static_cast<std::int32_t>(half.area());
    const std::int32_t before = (channels - half.channels) / 2 * area;
    std::vector<std::int32_t> padded(static_cast<std::size_t>(channels * area), -1);
    for (std::int32_t i = 0; i < half.channels * area; ++i) padded[static_cast<std::size_t>(before + i)] = i;
    return gather(sliced, {channels, half.height, half.width}, std::move(padded));
}

std::int32_t AnnBuilder::add(std::vector<NodeIndex> from) {
    const Shape out = shape(from.front());
    return append("add", std::move(from), out, AnnAdd{});
}

std::int32_t AnnBuilder::concat(std::vector<NodeIndex> from) {
    Shape out = shape(from.front());
    out.channels = 0;
    for (const NodeIndex input : from) out.channels += shape(input).channels;
    return append("concat", std::move(from), out, AnnConcat{});
}

std::int32_t AnnBuilder::relu(NodeIndex from, std::vector<double> cap) {
    return append("relu", {from}, shape(from), AnnRelu{std::move(cap)});
}

std::int32_t AnnBuilder::step(NodeIndex from, std::vector<double> threshold, std::int32_t levels, double shift) {
    return append("step", {from}, shape(from), AnnStep{std::move(threshold), levels, shift});
}

std::int32_t AnnBuilder::max_pool(NodeIndex from, std::int32_t kernel, std::int32_t stride) {
    const Shape in = shape(from);
    const Shape out{in.channels, (in.height - kernel) / stride + 1, (in.width - kernel) / stride + 1};
    return append("maxpool", {from}, out, AnnMaxPool{{kernel, kernel}, {stride, stride}, {}, {0, 0}});
}

std::int32_t AnnBuilder::softmax(NodeIndex from) { return append("softmax", {from}, shape(from), AnnSoftmax{}); }

AnnGraph AnnBuilder::finish(std::int32_t output) {
    graph_.output = output;
    return graph_;
}

namespace {

/// Adds one random node that reads earlier ones; most recent nodes are read most often.
class RandomGrowth {
public:
    RandomGrowth(AnnBuilder& builder, bool steps) : b_(builder), steps_(steps) { nodes_.push_back(0); }

    void grow() {
        const NodeIndex from = pick();
        switch (b_.below(10)) {
            case 0:
            case 1:
                return keep(random_convolution(from));
            case 2:
                return keep(b_.batch_norm(from));
            case 3:
                return pool(from);
            case 4:
                return keep(random_move(from));
            case 5:
                return join(from, true);
            case 6:
                return join(from, false);
            case 7:
                return element_bias(from);
            default:
                return activate(from);
        }
    }

    std::int32_t last() const { return nodes_.back(); }

private:
    std::int32_t pick() {
        const auto count = static_cast<std::int32_t>(nodes_.size());
        const std::int32_t back = std::min(b_.below(count), b_.below(count));
        return nodes_[static_cast<std::size_t>(count - 1 - back)];
    }
    void keep(std::int32_t node) { nodes_.push_back(node); }

    std::int32_t random_convolution(NodeIndex from) {
        const Shape& in = b_.shape(from);
        AnnBuilder::Geometry g;
        g.groups = in.channels % 2 == 0 && b_.below(3) == 0 ? (b_.below(2) == 0 ? 2 : in.channels) : 1;
        g.channels = g.groups * (1 + b_.below(g.groups > 2 ? 2 : 4));
        g.kernel = 1 + b_.below(3);
        g.pad = b_.below(g.kernel);
        g.stride = 1 + b_.below(2);
        g.dilation = 1 + b_.below(2);
        const std::int32_t reach = (g.kernel - 1) * g.dilation + 1;
        if (std::min(in.height, in.width) + 2 * g.pad < reach) g.kernel = 1, g.pad = 0;
        return b_.convolution(from, g);
    }

    void pool(NodeIndex from) {
        const std::int32_t kernel = 2 + b_.below(2);
        if (std::min(b_.shape(from).height, b_.shape(from).width) < kernel) return;
        keep(b_.average_pool(from, kernel, 1 + b_.below(kernel), b_.below(2), b_.below(2) == 0));
    }

    std::int32_t random_move(NodeIndex from) {
        const Shape& in = b_.shape(from);
        if (in.channels % 2 == 0 && b_.below(2) == 0) return b_.shuffle(from, 2);
        if (b_.below(3) == 0) return b_.flatten(from);
        return b_.option_a(from, in.channels + b_.below(3));
    }

    void join(NodeIndex from, bool by_adding) {
        std::vector<NodeIndex> inputs = {from};
        for (const std::int32_t other : nodes_) {
            const Shape &a = b_.shape(other), &b = b_.shape(from);
            const bool fits = by_adding ? a == b : a.height == b.height && a.width == b.width;
            if (fits && inputs.size() < 4 && b_.below(2) == 0) inputs.push_back(other);
        }
        if (by_adding && inputs.size() < 2) inputs.push_back(from);
        keep(by_adding ? b_.add(inputs) : b_.concat(inputs));
    }

    void element_bias(NodeIndex from) {
        std::vector<double> bias(static_cast<std::size_t>(b_.shape(from).size()));
        for (double& value : bias) value = b_.uniform(-0.2, 0.2);
        keep(b_.scale(from, {b_.uniform(0.5, 1.5)}, std::move(bias)));
    }

    void activate(NodeIndex from) {
        const auto channels = static_cast<std::size_t>(b_.shape(from).channels);
        std::vector<double> threshold(b_.below(2) == 0 ? 1 : channels);
        for (double& value : threshold) value = b_.uniform(0.3, 1.5);
        if (steps_ && b_.below(2) == 0) return keep(b_.step(from, threshold, 1 + b_.below(8), b_.below(3) * 0.5));
        if (b_.below(3) == 0) return keep(b_.relu(from, threshold));
        keep(b_.relu(from));
    }

    AnnBuilder& b_;
    bool steps_;
    std::vector<std::int32_t> nodes_;
};

}  // namespace

AnnGraph random_ann(std::uint64_t seed, bool steps) {
    AnnBuilder builder({2 + static_cast<std::int32_t>(seed % 3), 7, 6}, seed);
    RandomGrowth growth(builder, steps);
    for (int i = 0; i < 14; ++i) growth.grow();
    const std::int32_t flat = builder.flatten(builder.convolution(growth.last(), {.channels = 3}));
    return builder.finish(builder.convolution(flat, {.channels = 4}));
}

std::vector<double> random_input(const AnnGraph& graph, std::uint64_t seed) {
    std::mt19937_64 random(seed + 1000003);
    std::vector<double> input(static_cast<std::size_t>(graph.input_shape().size()));
    for (double& x : input)
        x = static_cast<double>(static_cast<float>(std::uniform_real_distribution<double>(-1.0, 1.0)(random)));
    return input;
}

namespace {

struct Evaluation {
    const AnnGraph& graph;
    const AnnNode& node;
    const std::vector<std::vector<double>>& values;

    const std::vector<double>& input(std::size_t i) const { return values[static_cast<std::size_t>(node.inputs[i])]; }
    double of_channel(const std::vector<double>& list, std::size_t i) const {
        return list.size() == 1 ? list[0] : list[i / static_cast<std::size_t>(node.shape.area())];
    }

    std::vector<double> operator()(const AnnInput&) const { return values.front(); }
    std::vector<double> operator()(const AnnLinear& linear) const {
        std::vector<double> out(static_cast<std::size_t>(node.shape.size()));
        apply(linear.stage, graph.tensors, input(0), out);
        for (std::size_t i = 0; i < out.size() && !linear.bias.empty(); ++i)
            out[i] += linear.bias[i / (out.size() / linear.bias.size())];
        return out;
    }
    std::vector<double> operator()(const AnnAdd&) const {
        std::vector<double> out = input(0);
        for (std::size_t k = 1; k < node.inputs.size(); ++k) {
            for (std::size_t i = 0; i < out.size(); ++i) out[i] += input(k)[i];
        }
        return out;
    }
    std::vector<double> operator()(const AnnConcat&) const {
        std::vector<double> out;
        for (std::size_t k = 0; k < node.inputs.size(); ++k) out.insert(out.end(), input(k).begin(), input(k).end());
        return out;
    }
    std::vector<double> operator()(const AnnRelu& relu) const {
        std::vector<double> out = input(0);
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::min(std::max(out[i], 0.0), of_channel(relu.cap, i));
        return out;
    }
    std::vector<double> operator()(const AnnStep& step) const {
        std::vector<double> out = input(0);
        for (std::size_t i = 0; i < out.size(); ++i) {
            const double threshold = of_channel(step.threshold, i);
            const double level = std::floor(out[i] * step.levels / threshold + step.shift);
            out[i] = threshold / step.levels * std::min(std::max(level, 0.0), static_cast<double>(step.levels));
        }
        return out;
    }
    std::vector<double> operator()(const AnnMaxPool& pool) const {
        const Shape& in = graph.nodes[static_cast<std::size_t>(node.inputs[0])].shape;
        std::vector<double> out(static_cast<std::size_t>(node.shape.size()), -1e300);
        for (std::size_t i = 0; i < out.size(); ++i) {
            const auto area = static_cast<std::int32_t>(node.shape.area());
            const auto c = static_cast<std::int32_t>(i) / area, place = static_cast<std::int32_t>(i) % area;
            for (std::int32_t k = 0; k < pool.kernel.height * pool.kernel.width; ++k) {
                const std::int32_t y = place / node.shape.width * pool.stride.height + k / pool.kernel.width;
                const std::int32_t x = place % node.shape.width * pool.stride.width + k % pool.kernel.width;
                out[i] = std::max(out[i], input(0)[static_cast<std::size_t>((c * in.height + y) * in.width + x)]);
            }
        }
        return out;
    }
    std::vector<double> operator()(const AnnSoftmax&) const {
        std::vector<double> out = input(0);
        double sum = 0.0;
        for (double& value : out) sum += value = std::exp(value);
        for (double& value : out) value /= sum;
        return out;
    }
};

}  // namespace

std::vector<std::vector<double>> evaluate(const AnnGraph& graph, std::span<const double> input) {
    std::vector<std::vector<double>> values;
    values.emplace_back(input.begin(), input.end());
    for (std::size_t n = 1; n < graph.nodes.size(); ++n)
        values.push_back(std::visit(Evaluation{graph, graph.nodes[n], values}, graph.nodes[n].operation));
    return values;
}

}  // namespace syncopate::test
