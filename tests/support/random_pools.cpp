#include "core/error.hpp"
#include "neurons/models/max_pool.hpp"
#include "tests/support/random_network.hpp"
#include "topology/spike_worth.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

namespace syncopate {

namespace {

/// Adds pooling neurons to a network, wherever they are allowed.
class PoolAdder {
public:
    PoolAdder(LayerGraph graph, std::uint64_t seed) : graph_(std::move(graph)), random_(seed) {}

    LayerGraph add() && {
        const std::int32_t wanted = between(1, 4);
        for (std::int32_t k = 0; k < wanted; ++k) {
            const LayerGraph before = graph_;
            one_in(2) ? insert("pool" + std::to_string(k)) : add_beside("pool" + std::to_string(k));
            try {
                validate(graph_);
            } catch (const Error&) {
                graph_ = before;  // it would lie on a cycle, or its spikes would be worth different amounts
            }
        }
        return std::move(graph_);
    }

private:
    std::int32_t between(std::int32_t low, std::int32_t high) {
        return std::uniform_int_distribution(low, high)(random_);
    }
    bool one_in(std::int32_t n) { return between(1, n) == 1; }

    PopulationIndex any_source() {
        std::vector<PopulationIndex> senders;
        for (std::size_t p = 0; p < graph_.populations.size(); ++p) {
            if (sends_spikes(graph_.populations[p].model)) senders.emplace_back(p);
        }
        if (senders.empty()) return 0;
        return senders[static_cast<std::size_t>(between(0, static_cast<std::int32_t>(senders.size()) - 1))];
    }

    PopulationIndex add_pool(const std::string& name, const Shape& shape, const PoolWindow& window) {
        const MaxPoolRule rule = one_in(2) ? MaxPoolRule::counts : MaxPoolRule::gate;
        graph_.populations.push_back(
            {.name = name, .id = population_id(name), .shape = shape, .model = MaxPool{rule, window}});
        return graph_.populations.size() - 1;
    }

    /// Behind a population and with its shape, before some of those that read it.
    void insert(const std::string& name) {
        const PopulationIndex source = any_source();
        const Shape shape = graph_.populations[source].shape;
        PoolWindow window{.input_height = shape.height, .input_width = shape.width};
        window.dilation_height = between(1, 2);
        window.dilation_width = between(1, 2);
        window.pad_top = between(0, 1) * window.dilation_height;
        window.pad_left = between(0, 1) * window.dilation_width;
        window.kernel_height = 1 + window.pad_top / window.dilation_height + between(0, 1);
        window.kernel_width = 1 + window.pad_left / window.dilation_width + between(0, 1);
        const PopulationIndex pool = add_pool(name, shape, window);
        for (Projection& projection : graph_.projections) {
            if (projection.source == source && one_in(2)) projection.source = pool;
        }
        graph_.projections.push_back({source, pool, one_in(4) ? between(1, 3) : 0, {}});
    }

    /// Over parts of several populations, and into one that reads them as well.
    void add_beside(const std::string& name) {
        PoolWindow window;
        window.input_height = between(1, 7);
        window.input_width = between(1, 7);
        const std::int32_t rows = axis(window.input_height, window.kernel_height, window.stride_height, window.pad_top);
        const std::int32_t columns =
            axis(window.input_width, window.kernel_width, window.stride_width, window.pad_left);
        const PopulationIndex pool = add_pool(name, {between(1, 5), rows, columns}, window);
        fill(pool);
        const std::size_t target = static_cast<std::size_t>(between(0, static_cast<std::int32_t>(pool) - 1));
        if (target == 0) return;
        const auto in = static_cast<std::int32_t>(graph_.populations[pool].shape.size());
        const auto out = static_cast<std::int32_t>(graph_.populations[target].shape.size());
        Tensor weights{name, {std::int64_t{in} * out}, {}};
        for (std::int32_t i = 0; i < in * out; ++i)
            weights.values.push_back(
                static_cast<float>(std::uniform_real_distribution(-0.7, 1.0)(random_) / std::sqrt(in)));
        graph_.tensors.push_back(std::move(weights));
        const auto tensor = static_cast<TensorId>(graph_.tensors.size() - 1);
        const Convolution full{{in, 1, 1}, {out, 1, 1}, {}, {}, {}, {0, 0}, 1, tensor};
        graph_.projections.push_back({pool, target, one_in(5) ? between(1, 3) : 0, {full}});
    }

    /// A kernel, a stride and padding along an axis; returns how many windows there are.
    std::int32_t axis(std::int32_t size, std::int32_t& kernel, std::int32_t& stride, std::int32_t& pad) {
        kernel = between(1, std::min(4, size));
        stride = between(1, 3);
        pad = between(0, kernel / 2);
        return (size + pad - kernel) / stride + 1;
    }

    /// Every input of the pool comes from one of some populations, or from none.
    void fill(PopulationIndex pool) {
        const Shape input = graph_.populations[pool].model.pool_window()->input(graph_.populations[pool].shape);
        std::vector<PopulationIndex> sources = {any_source()};
        if (one_in(2)) sources.push_back(any_source());
        std::vector<std::size_t> taken_from;
        for (std::int64_t i = 0; i < input.size(); ++i)
            taken_from.push_back(static_cast<std::size_t>(between(0, static_cast<std::int32_t>(sources.size()))));
        for (std::size_t s = 0; s < sources.size(); ++s) {
            const Shape from = graph_.populations[sources[s]].shape;
            Gather gather{from, input, {}};
            for (const std::size_t own : taken_from)
                gather.source.push_back(own == s ? between(0, static_cast<std::int32_t>(from.size()) - 1) : -1);
            graph_.projections.push_back({sources[s], pool, 0, {gather}});
        }
    }

    LayerGraph graph_;
    std::mt19937_64 random_;
};

}  // namespace

RandomNetwork random_pool_network(std::uint64_t seed) {
    RandomNetwork network = seed % 2 == 0 ? random_network(seed) : random_window_network(seed);
    network.graph = PoolAdder(std::move(network.graph), seed + 7).add();
    return network;
}

}  // namespace syncopate
