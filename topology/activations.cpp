#include "topology/activations.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/pooling.hpp"

#include <algorithm>
#include <numeric>

namespace syncopate {

namespace {

/// Builds the nodes population by population. Requires: nothing speaks against it (why_no_ann).
class AnnBuilder {
public:
    explicit AnnBuilder(const LayerGraph& graph) : graph_(graph) {
        ann_.tensors = graph.tensors;
        node_of_.resize(graph.populations.size());
    }

    AnnGraph build() && {
        // An order in which delayed projections go forward too: an ANN has no ticks, and every source needs its node
        // before it is asked for.
        for (const PopulationIndex p : forward_order(graph_)) {
            const Population& population = graph_.populations[p];
            node_of_[p] = is_input(population.model) ? append(population.name, {}, population.shape, AnnInput{})
                                                     : add_population(p);
        }
        return std::move(ann_);
    }

private:
    NodeIndex append(const std::string& name, std::vector<NodeIndex> inputs, const Shape& shape,
                     AnnOperator operation) {
        ann_.nodes.push_back({name, name, std::move(inputs), shape, std::move(operation)});
        return ann_.nodes.size() - 1;
    }

    NodeIndex add_population(PopulationIndex p) {
        const Population& population = graph_.populations[p];
        std::vector<NodeIndex> sums;
        for (std::size_t k = 0; k < graph_.projections.size(); ++k) {
            if (graph_.projections[k].target == p) sums.push_back(add_projection(k, population));
        }
        // The bias enters once, behind the first projection.
        // The bias gets a node of its own, because there may be none to take it: a projection without stages ends in
        // the node of its source, which others read without this bias.
        if (!population.bias.empty()) {
            sums[0] = append(population.name + ".bias", {sums[0]}, population.shape,
                             AnnLinear{Scale{population.shape, {1.0}}, population.bias});
        }
        const Shape taken = taken_by(population);
        NodeIndex node = sums[0];
        if (sums.size() > 1) node = append(population.name + ".sum", std::move(sums), taken, AnnAdd{});
        if (population.model.role() == PopulationRole::read_out) {
            ann_.output = node;
            return node;
        }
        // A relay rearranges spikes in time, of which an ANN has none, and what a linear population hands on is the sum
        // as it is.
        const bool is_passed_on =
            population.model.role() == PopulationRole::relay || population.model.role() == PopulationRole::linear;
        if (is_passed_on) return node;  // no activation of the ANN
        if (const PoolWindow* const window = population.model.pool_window())
            return append(population.name, {node}, population.shape, max_pool(*window));
        if (const auto* relu = std::get_if<AnnRelu>(&population.activation))
            return append(population.name, {node}, population.shape, *relu);
        return append(population.name, {node}, population.shape, std::get<AnnStep>(population.activation));
    }

    /// The shape of what flows into a population.
    static Shape taken_by(const Population& population) {
        const PoolWindow* const window = population.model.pool_window();
        return window != nullptr ? window->input(population.shape) : population.shape;
    }

    static AnnMaxPool max_pool(const PoolWindow& window) {
        return {.kernel = {window.kernel_height, window.kernel_width},
                .stride = {window.stride_height, window.stride_width},
                .dilation = {window.dilation_height, window.dilation_width},
                .pad = {window.pad_top, window.pad_left}};
    }

    NodeIndex add_projection(std::size_t k, const Population& target) {
        const Projection& projection = graph_.projections[k];
        NodeIndex node = node_of_[projection.source];
        const std::string name = target.name + ".projection" + std::to_string(k);
        for (std::size_t s = 0; s < projection.stages.size(); ++s) {
            const LinearStage& stage = projection.stages[s];
            const std::string stage_name = name + ".stage" + std::to_string(s);
            node = reshaped(node, input_shape(stage), stage_name + ".reshape");
            node = append(stage_name, {node}, output_shape(stage), AnnLinear{stage, {}});
        }
        return reshaped(node, taken_by(target), name + ".reshape");
    }

    /// A layer graph needs only as many elements from one stage to the next, in the same order; an ANN states the
    /// shape.
    NodeIndex reshaped(NodeIndex node, const Shape& shape, const std::string& name) {
        const Shape from = ann_.nodes[node].shape;
        if (from == shape) return node;
        Gather same{from, shape, std::vector<std::int32_t>(to_size(shape.size()))};
        std::iota(same.source.begin(), same.source.end(), 0);
        return append(name, {node}, shape, AnnLinear{std::move(same), {}});
    }

    const LayerGraph& graph_;
    AnnGraph ann_;
    std::vector<NodeIndex> node_of_;
};

}  // namespace

std::optional<std::string> why_no_ann(const LayerGraph& graph) {
    const std::vector<PopulationIndex> order = forward_order(graph);
    std::vector<std::size_t> turn(order.size());
    for (std::size_t k = 0; k < order.size(); ++k) turn[order[k]] = k;
    for (const PopulationIndex p : order) {
        const Population& population = graph.populations[p];
        const std::string named = "population \"" + population.name + "\"";
        if (is_input(population.model)) {
            if (p != order.front()) return named + " does not come first";
            continue;
        }
        bool has_source = false;
        for (const Projection& projection : graph.projections) {
            if (projection.target != p) continue;
            has_source = true;
            if (turn[projection.source] >= turn[p])
                return named + " lies on a cycle, so the network is no feed-forward ANN";
        }
        if (!has_source) return named + " has no input";
        const bool needs_activation = population.model.role() == PopulationRole::neurons;
        if (needs_activation && std::holds_alternative<std::monostate>(population.activation))
            return named + " does not state the activation it replaces";
    }
    return std::nullopt;
}

AnnGraph ann_of(const LayerGraph& graph) {
    if (const auto reason = why_no_ann(graph)) throw Error(*reason);
    return AnnBuilder(graph).build();
}

}  // namespace syncopate
