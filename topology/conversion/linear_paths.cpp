#include "topology/conversion/linear_paths.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "topology/conversion/memory_plan.hpp"
#include "topology/conversion/stage_chain.hpp"

#include <algorithm>
#include <deque>
#include <numeric>

namespace syncopate {

namespace {

// Paths multiply: n adds in a row, both inputs of each from the add before it, have 2^n of them. The numbers are tested
// while paths are found, not afterwards, or a small file could ask for any time and memory. 2^18 links take 4 MiB.
constexpr std::size_t most_paths = 4096;
constexpr std::size_t most_links = std::size_t{1} << 18;

/// Goes back from a node, against the direction of the graph, on all ways at once.
class PathFinder {
public:
    PathFinder(const AnnGraph& graph, NodeIndex node, const std::vector<bool>& is_source)
        : graph_(graph), end_(node), is_source_(is_source) {}

    /// `enters`: goes into the end node even if it is a source.
    std::vector<LinearPath> find(bool enters) {
        std::vector<Place> open;
        if (enters) {
            add_inputs({end_, none}, open);
        } else {
            open.push_back({end_, none});
        }
        // This ends because inputs are earlier nodes, down to the first, which has none. It goes depth first, so that
        // what is open is never more than the inputs of the nodes on one way.
        while (!open.empty()) {
            const Place place = open.back();
            open.pop_back();
            if (is_source_[place.node]) {
                add_path(place);
            } else {
                add_inputs(place, open);
            }
        }
        return std::move(paths_);
    }

private:
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

    // A path in the making is a list from its place towards the end, and paths that have the end in common share that
    // part of it. Stages are only pointed to: a gather is as large as a layer, and would be copied at every fork. They
    // are copied once, when a path is complete.
    struct Link {
        const LinearStage* stage = nullptr;
        std::size_t next = none;  // what comes behind it, towards the end
    };
    struct Place {
        NodeIndex node;
        std::size_t link = none;
    };

    void add_inputs(const Place& place, std::vector<Place>& open) {
        const AnnNode& node = graph_.nodes[place.node];
        // The last input is pushed first, so that paths come out in the order of the inputs.
        for (std::size_t i = node.inputs.size(); i-- > 0;) open.push_back({node.inputs[i], link_of(place, i)});
        if (open.size() > most_paths) refuse_number();
    }

    /// The chain from input i of the place's node to the end.
    std::size_t link_of(const Place& place, std::size_t i) {
        const AnnNode& node = graph_.nodes[place.node];
        if (std::holds_alternative<AnnAdd>(node.operation)) return place.link;
        if (const auto* linear = std::get_if<AnnLinear>(&node.operation)) return add_link(&linear->stage, place.link);
        if (!std::holds_alternative<AnnConcat>(node.operation)) refuse_operator(node);
        count_entries(to_size(node.shape.size()));
        places_.push_back(place_in_concat(graph_, node, i));
        return add_link(&places_.back(), place.link);
    }

    std::size_t add_link(const LinearStage* stage, std::size_t next) {
        if (links_.size() >= most_links) refuse_number();
        links_.push_back({stage, next});
        return links_.size() - 1;
    }

    void add_path(const Place& place) {
        std::vector<LinearStage> stages;
        for (std::size_t link = place.link; link != none; link = links_[link].next)
            stages.push_back(*links_[link].stage);
        stages = simplified(std::move(stages));
        // A slice behind a concatenation leaves a path from every input, though it may take nothing of some. Such a
        // path would become a projection that never carries anything.
        if (is_zero_map(stages)) return;
        if (paths_.size() >= most_paths) refuse_number();
        for (const LinearStage& stage : stages) {
            if (const auto* gather = std::get_if<Gather>(&stage)) count_entries(gather->source.size());
        }
        paths_.push_back({place.node, std::move(stages)});
    }

    /// Gathers are as large as layers; many paths through large concatenations would fill the memory.
    void count_entries(std::size_t count) {
        // 2^28 entries of 4 bytes are 1 GiB.
        entries_ += count;
        if (entries_ > (std::size_t{1} << 28)) refuse_number();
    }

    [[noreturn]] void refuse_number() const {
        throw RefusedError("node \"" + graph_.nodes[end_].name + "\": more than " + std::to_string(most_paths) +
                           " linear paths, or paths too large for memory, lead to it from earlier activations; put "
                           "activations between its adds and concatenations");
    }

    const AnnGraph& graph_;
    NodeIndex end_;
    const std::vector<bool>& is_source_;
    std::deque<LinearStage> places_;  // of inputs in concatenations; links point to them
    std::vector<Link> links_;
    std::vector<LinearPath> paths_;
    std::size_t entries_ = 0;
};

void add_to(std::vector<double>& sum, const std::vector<double>& values) {
    if (values.empty()) return;
    sum.resize(values.size(), 0.0);
    for (std::size_t i = 0; i < values.size(); ++i) sum[i] += values[i];
}

std::vector<double> spread(const std::vector<double>& bias, const Shape& shape) {
    if (std::ranges::all_of(bias, [](double b) { return b == 0.0; })) return {};
    const auto size = to_size(shape.size());
    std::vector<double> values(size);
    for (std::size_t i = 0; i < size; ++i) values[i] = bias[i / (size / bias.size())];
    return values;
}

std::vector<double> linear_part(const AnnGraph& graph, const AnnNode& node, const AnnLinear& linear,
                                const std::vector<double>& input) {
    std::vector<double> values;
    // The constant goes through the stage like a sample, instead of being multiplied by the sum of the weights: at a
    // padded border a neuron sees less of it, so that its share differs from neuron to neuron.
    if (!input.empty()) {
        values.resize(to_size(node.shape.size()));
        apply(linear.stage, graph.tensors, input, values);
    }
    add_to(values, spread(linear.bias, node.shape));
    return values;
}

std::vector<double> concat_part(const AnnGraph& graph, const AnnNode& node,
                                const std::vector<std::vector<double>>& parts) {
    const auto is_empty = [&](NodeIndex input) { return parts[input].empty(); };
    if (std::ranges::all_of(node.inputs, is_empty)) return {};
    std::vector<double> values;
    for (const NodeIndex input : node.inputs) {
        values.insert(values.end(), parts[input].begin(), parts[input].end());
        if (is_empty(input)) values.resize(values.size() + to_size(graph.nodes[input].shape.size()), 0.0);
    }
    return values;
}

std::vector<double> part_of(const AnnGraph& graph, const AnnNode& node, const std::vector<std::vector<double>>& parts) {
    if (is_population(node)) return {};
    if (const auto* linear = std::get_if<AnnLinear>(&node.operation))
        return linear_part(graph, node, *linear, parts[node.inputs[0]]);
    if (std::holds_alternative<AnnConcat>(node.operation)) return concat_part(graph, node, parts);
    if (!std::holds_alternative<AnnAdd>(node.operation)) refuse_operator(node);
    std::vector<double> sum;
    for (const NodeIndex input : node.inputs) add_to(sum, parts[input]);
    return sum;
}

}  // namespace

std::string why_not_linear(const AnnNode& node) {
    const auto* softmax = std::get_if<AnnSoftmax>(&node.operation);
    if (softmax == nullptr) return {};
    return std::string(softmax->is_sigmoid ? "(sigmoid)" : "(softmax)") +
           ": it is not linear, and only at the end of the network can it be left out; remove it, or export the "
           "network "
           "without it";
}

bool is_population(const AnnNode& node) {
    return std::holds_alternative<AnnInput>(node.operation) || std::holds_alternative<AnnRelu>(node.operation) ||
           std::holds_alternative<AnnStep>(node.operation) || std::holds_alternative<AnnMaxPool>(node.operation);
}

void refuse_operator(const AnnNode& node) { throw RefusedError("node \"" + node.name + "\" " + why_not_linear(node)); }

Gather place_in_concat(const AnnGraph& graph, const AnnNode& node, std::size_t i) {
    std::size_t before = 0;
    for (std::size_t k = 0; k < i; ++k) before += to_size(graph.nodes[node.inputs[k]].shape.size());
    const Shape& part = graph.nodes[node.inputs[i]].shape;
    std::vector<std::int32_t> source(to_size(node.shape.size()), -1);
    // Channels come first in the flat layout, so a concatenation along them puts one input behind the other.
    const auto begin = source.begin() + static_cast<std::ptrdiff_t>(before);
    std::iota(begin, begin + static_cast<std::ptrdiff_t>(part.size()), 0);
    return Gather{part, node.shape, std::move(source)};
}

std::vector<LinearPath> linear_paths(const AnnGraph& graph, NodeIndex node, const std::vector<bool>& is_source) {
    return PathFinder(graph, node, is_source).find(false);
}

std::vector<LinearPath> linear_paths_into(const AnnGraph& graph, NodeIndex node, const std::vector<bool>& is_source) {
    return PathFinder(graph, node, is_source).find(true);
}

std::vector<std::vector<double>> constant_parts(const AnnGraph& graph, NodeIndex output) {
    const std::vector<NodeIndex> needed = needed_nodes(graph, output);
    const std::vector<NodeIndex> last = last_readers(graph, needed);
    std::vector<bool> is_wanted(graph.nodes.size(), false);
    is_wanted[output] = true;
    for (const NodeIndex n : needed) {
        const AnnNode& node = graph.nodes[n];
        if (is_population(node) && !node.inputs.empty()) is_wanted[node.inputs[0]] = true;
    }
    // No values at all stand for zeros: where no bias lies before a convolution, there is nothing to send through it,
    // and apply(), which follows the definition and not a fast order, is spared.
    std::vector<std::vector<double>> parts(graph.nodes.size());
    for (const NodeIndex n : needed) {
        parts[n] = part_of(graph, graph.nodes[n], parts);
        for (const NodeIndex input : graph.nodes[n].inputs) {
            // A part is as large as its layer, in double precision, and all of them together could be far larger than
            // the network.
            if (last[input] == n && !is_wanted[input]) parts[input] = {};
        }
    }
    return parts;
}

}  // namespace syncopate
