#include "topology/conversion/linear_nodes.hpp"

#include "topology/compiler/chain_cost.hpp"
#include "topology/conversion/linear_paths.hpp"
#include "topology/conversion/memory_plan.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace syncopate {

namespace {

constexpr std::size_t most_paths = 256;  // into one population, as a rule

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

double total(const std::vector<ChainCost>& paths) {
    double weights = 0.0;
    for (const ChainCost& path : paths) weights += path.weights();
    return weights;
}

/// Goes through the graph forwards with the linear paths that lead to every node, each from the last population before
/// it, and begins them anew where composing further does not pay.
class NodeChooser {
public:
    NodeChooser(const AnnGraph& graph, std::int32_t output, const CompositionLimits& limits)
        : graph_(graph),
          limits_(limits),
          needed_(needed_nodes(graph, output)),
          readers_(graph.nodes.size(), 0.0),
          is_chosen_(graph.nodes.size(), false),
          paths_(graph.nodes.size()) {
        count_readers(output);
    }

    std::vector<bool> choose() {
        const std::vector<std::int32_t> last = last_readers(graph_, needed_);
        for (const std::int32_t n : needed_) {
            const AnnNode& node = graph_.nodes[at(n)];
            if (!is_population(node)) {
                cut_before(n);
                extend_to(n);
                if (is_worth_a_sum(n)) begin_at(n);
            } else {
                paths_[at(n)] = {ChainCost(node.shape)};
            }
            for (const std::int32_t input : node.inputs) {
                if (last[at(input)] == n) paths_[at(input)] = {};
            }
        }
        return std::move(is_chosen_);
    }

private:
    /// How many paths lead from a node to populations and to the output: what its sum would be repeated for.
    void count_readers(std::int32_t output) {
        constexpr double enough = 1e6;
        readers_[at(output)] = 1.0;
        for (auto n = needed_.rbegin(); n != needed_.rend(); ++n) {
            const AnnNode& node = graph_.nodes[at(*n)];
            const double own = is_population(node) ? 1.0 : readers_[at(*n)];
            for (const std::int32_t input : node.inputs)
                readers_[at(input)] = std::min(enough, readers_[at(input)] + own);
        }
    }

    /// Whether what leads to the node would be repeated too often.
    bool is_worth_a_sum(std::int32_t n) const {
        if (paths_[at(n)].size() > most_paths) return true;
        const double repeated = (readers_[at(n)] - 1.0) * total(paths_[at(n)]);
        return readers_[at(n)] >= 3.0 && repeated > limits_.free_weights;
    }

    void begin_at(std::int32_t n) {
        is_chosen_[at(n)] = true;
        paths_[at(n)] = {ChainCost(graph_.nodes[at(n)].shape)};
    }

    /// Compares the composition of a stage with all that leads to it, and the two apart.
    void cut_before(std::int32_t n) {
        const AnnNode& node = graph_.nodes[at(n)];
        const auto* linear = std::get_if<AnnLinear>(&node.operation);
        if (linear == nullptr) return;
        const std::vector<ChainCost>& before = paths_[at(node.inputs[0])];
        const double separate_before = total(before);
        if (separate_before == 0.0) return;  // spikes are only moved so far, and can be moved for any stage
        ChainCost alone(input_shape(linear->stage));
        alone.add(linear->stage);
        double composed = 0.0;
        for (ChainCost path : before) {
            path.add(linear->stage);
            composed += path.weights();
        }
        if (composed > limits_.free_weights && composed > limits_.growth * (separate_before + alone.weights()))
            begin_at(node.inputs[0]);
    }

    void extend_to(std::int32_t n) {
        const AnnNode& node = graph_.nodes[at(n)];
        std::vector<ChainCost>& own = paths_[at(n)];
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            const std::optional<LinearStage> stage = stage_of(node, i);
            for (ChainCost path : paths_[at(node.inputs[i])]) {
                if (stage) path.add(*stage);
                own.push_back(std::move(path));
            }
        }
    }

    /// What input i goes through in the node; none in an add.
    std::optional<LinearStage> stage_of(const AnnNode& node, std::size_t i) const {
        if (const auto* linear = std::get_if<AnnLinear>(&node.operation)) return linear->stage;
        if (std::holds_alternative<AnnConcat>(node.operation)) return place_in_concat(graph_, node, i);
        if (!std::holds_alternative<AnnAdd>(node.operation)) refuse_operator(node);
        return std::nullopt;
    }

    const AnnGraph& graph_;
    const CompositionLimits& limits_;
    std::vector<std::int32_t> needed_;
    std::vector<double> readers_;
    std::vector<bool> is_chosen_;
    std::vector<std::vector<ChainCost>> paths_;  // that lead to every node, from the populations before it
};

}  // namespace

std::vector<bool> linear_nodes(const AnnGraph& graph, std::int32_t output, const CompositionLimits& limits) {
    return NodeChooser(graph, output, limits).choose();
}

}  // namespace syncopate
