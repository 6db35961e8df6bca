#pragma once

#include "topology/ann_graph.hpp"

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace syncopate::test {

/// Builds small networks node by node; every function returns the position of the node it adds.
class AnnBuilder {
public:
    explicit AnnBuilder(Shape input, std::uint64_t seed = 1);

    /// Geometry of a convolution: kernel, stride, padding and dilation are the same on both axes.
    struct Geometry {
        std::int32_t channels = 1;
        std::int32_t kernel = 1;
        std::int32_t stride = 1;
        std::int32_t pad = 0;
        std::int32_t dilation = 1;
        std::int32_t groups = 1;
    };
    /// Random weights and a random bias for each channel.
    std::int32_t convolution(NodeIndex from, Geometry geometry);
    /// With given weights and bias.
    std::int32_t linear(NodeIndex from, std::vector<float> weights, std::vector<double> bias);
    /// A convolution with the geometry and the weights given.
    std::int32_t convolution(NodeIndex from, Geometry geometry, std::vector<float> weights, std::vector<double> bias);
    /// Factor and bias of each channel, random around 1 and 0.
    std::int32_t batch_norm(NodeIndex from);
    std::int32_t scale(NodeIndex from, std::vector<double> factor, std::vector<double> bias = {});
    std::int32_t average_pool(NodeIndex from, std::int32_t kernel, std::int32_t stride, std::int32_t pad = 0,
                              bool count_include_pad = false);
    std::int32_t gather(NodeIndex from, Shape output, std::vector<std::int32_t> source);
    std::int32_t flatten(NodeIndex from);
    std::int32_t shuffle(NodeIndex from, std::int32_t groups);
    /// Every second row and column, and as many channels of zeros on both sides as are missing: option A.
    std::int32_t option_a(NodeIndex from, std::int32_t channels);
    std::int32_t add(std::vector<NodeIndex> from);
    std::int32_t concat(std::vector<NodeIndex> from);
    std::int32_t relu(NodeIndex from, std::vector<double> cap = {std::numeric_limits<double>::infinity()});
    std::int32_t step(NodeIndex from, std::vector<double> threshold, std::int32_t levels, double shift = 0.5);
    std::int32_t max_pool(NodeIndex from, std::int32_t kernel, std::int32_t stride);
    std::int32_t softmax(NodeIndex from);

    const Shape& shape(NodeIndex node) const { return graph_.nodes[node].shape; }
    void rename(std::int32_t node, std::string name) {
        graph_.nodes[static_cast<std::size_t>(node)].name = std::move(name);
    }
    double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }
    std::int32_t below(std::int32_t count) {
        return std::uniform_int_distribution<std::int32_t>(0, count - 1)(random_);
    }

    /// The graph so far, with `output` as its output.
    AnnGraph finish(std::int32_t output);

private:
    std::int32_t append(std::string name, std::vector<NodeIndex> inputs, Shape shape, AnnOperator operation);

    std::mt19937_64 random_;
    AnnGraph graph_;
};

/// A random network of every linear operator, with adds, concatenations and activations in between; `steps` allows
/// quantised activations.
AnnGraph random_ann(std::uint64_t seed, bool steps);

/// A random input for the network, in −1 … 1.
std::vector<double> random_input(const AnnGraph& graph, std::uint64_t seed);

/// What every node gives (flat C·H·W), in double precision, in the plain order of the definitions.
std::vector<std::vector<double>> evaluate(const AnnGraph& graph, std::span<const double> input);

}  // namespace syncopate::test
