#include "topology/conversion/linear_nodes.hpp"

#include "core/index.hpp"
#include "topology/compiler/chain_cost.hpp"
#include "topology/conversion/linear_paths.hpp"
#include "topology/conversion/memory_plan.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace syncopate {

namespace {

constexpr std::size_t most_paths = 256;  // into one population, as a rule

double total(const std::vector<ChainCost>& paths) {
    double weights = 0.0;
    for (const ChainCost& path : paths) weights += path.weights();
    return weights;
}

/// Goes through the graph forwards with the linear paths that lead to every node, each from the last population before
/// it, and begins them anew where composing further does not pay.
class NodeChooser {
public:
    NodeChooser(const AnnGraph& graph, NodeIndex output, const CompositionLimits& limits)
        : graph_(graph),
          limits_(limits),
          needed_(needed_nodes(graph, output)),
          readers_(graph.nodes.size(), 0.0),
          is_chosen_(graph.nodes.size(), false),
          paths_(graph.nodes.size()) {
        count_readers(output);
    }

    std::vector<bool> choose() {
        const std::vector<NodeIndex> last = last_readers(graph_, needed_);
        for (const NodeIndex n : needed_) {
            const AnnNode& node = graph_.nodes[n];
            if (!is_population(node)) {
                // First the cut: if it makes a linear population of the node's input, extend_to takes up the one path
                // that begins there instead of all that lead to it.
                cut_before(n);
                extend_to(n);
                if (is_worth_a_sum(n)) begin_at(n);
            } else {
                paths_[n] = {ChainCost(node.shape)};
            }
            for (const NodeIndex input : node.inputs) {
                if (last[input] == n) paths_[input] = {};
            }
        }
        return std::move(is_chosen_);
    }

private:
    /// How many paths lead from a node to populations and to the output: what its sum would be repeated for.
    void count_readers(NodeIndex output) {
        // Counts multiply from add to add. Without a limit a deep network would bring them to infinity, and infinity
        // times a total of 0 weights is not a number. They are made before anything is chosen and can be too large: a
        // linear population further on will read a sum once, however many read that population.
        constexpr double enough = 1e6;
        readers_[output] = 1.0;
        for (auto n = needed_.rbegin(); n != needed_.rend(); ++n) {
            const AnnNode& node = graph_.nodes[*n];
            const double own = is_population(node) ? 1.0 : readers_[*n];
            for (const NodeIndex input : node.inputs) readers_[input] = std::min(enough, readers_[input] + own);
        }
    }

    /// Whether what leads to the node would be repeated too often.
    bool is_worth_a_sum(NodeIndex n) const {
        if (paths_[n].size() > most_paths) return true;
        // While spikes are only moved, the total is 0 and so is what repeating costs.
        const double repeated = (readers_[n] - 1.0) * total(paths_[n]);
        return readers_[n] >= 3.0 && repeated > limits_.free_weights;
    }

    void begin_at(NodeIndex n) {
        // Another reader of the node may have been costed with the longer paths already. Its projections begin here all
        // the same, because conversion goes by what was chosen; only the estimate for it is out of date.
        is_chosen_[n] = true;
        paths_[n] = {ChainCost(graph_.nodes[n].shape)};
    }

    /// Compares the composition of a stage with all that leads to it, and the two apart.
    void cut_before(NodeIndex n) {
        const AnnNode& node = graph_.nodes[n];
        const auto* linear = std::get_if<AnnLinear>(&node.operation);
        // Adds and concatenations have no weights that composing could multiply.
        if (linear == nullptr) return;
        const std::vector<ChainCost>& before = paths_[node.inputs[0]];
        const double separate_before = total(before);
        if (separate_before == 0.0) return;  // spikes are only moved so far, and can be moved for any stage
        ChainCost alone(input_shape(linear->stage));
        alone.add(linear->stage);
        // Of C channels each, a depthwise 3×3 and a pointwise convolution have 9·C + C² weights, and 9·C² composed:
        // with the default limits they are cut from 86 channels on. Two full 3×3 convolutions have 18·C² and become a
        // 5×5 one of 25·C²: they stay one projection.
        double composed = 0.0;
        for (ChainCost path : before) {
            path.add(linear->stage);
            composed += path.weights();
        }
        if (composed > limits_.free_weights && composed > limits_.growth * (separate_before + alone.weights()))
            begin_at(node.inputs[0]);
    }

    void extend_to(NodeIndex n) {
        const AnnNode& node = graph_.nodes[n];
        std::vector<ChainCost>& own = paths_[n];
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            const std::optional<LinearStage> stage = stage_of(node, i);
            for (ChainCost path : paths_[node.inputs[i]]) {
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
    std::vector<NodeIndex> needed_;
    std::vector<double> readers_;
    std::vector<bool> is_chosen_;
    std::vector<std::vector<ChainCost>> paths_;  // that lead to every node, from the populations before it
};

}  // namespace

std::vector<bool> linear_nodes(const AnnGraph& graph, NodeIndex output, const CompositionLimits& limits) {
    return NodeChooser(graph, output, limits).choose();
}

}  // namespace syncopate
