#include "topology/ann_graph.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "topology/pool_windows.hpp"

#include <cmath>
#include <unordered_set>

namespace syncopate {

namespace {

[[noreturn]] void fail(const std::string& where, const std::string& what) { throw Error(where + ": " + what); }

/// A node together with what its checks need.
struct Checked {
    const AnnGraph& graph;
    const AnnNode& node;
    std::string where;

    const Shape& input(std::size_t i) const { return graph.nodes[node.inputs[i]].shape; }
};

void require_inputs(const Checked& at, std::size_t fewest, std::size_t most) {
    if (at.node.inputs.size() >= fewest && at.node.inputs.size() <= most) return;
    fail(at.where, "has " + std::to_string(at.node.inputs.size()) + " inputs, needs " + std::to_string(fewest) +
                       (most > fewest ? " or more" : ""));
}

void require_same_shape(const Checked& at) {
    for (std::size_t i = 0; i < at.node.inputs.size(); ++i) {
        if (at.input(i) == at.node.shape) continue;
        fail(at.where, "input " + std::to_string(i) + " is " + to_string(at.input(i)) + ", the output " +
                           to_string(at.node.shape) + "; they must agree");
    }
}

void require_count(const Checked& at, const std::vector<double>& values, const char* what) {
    const auto count = static_cast<std::int64_t>(values.size());
    if (count == 1 || count == at.node.shape.channels) return;
    fail(at.where, std::string(what) + " has " + std::to_string(count) + " values, must have 1 or " +
                       std::to_string(at.node.shape.channels) + " (one a channel)");
}

void check(const AnnInput&, const Checked& at) {
    require_inputs(at, 0, 0);
    if (&at.node != &at.graph.nodes.front()) fail(at.where, "only the first node may be the input");
}

void check(const AnnLinear& linear, const Checked& at) {
    require_inputs(at, 1, 1);
    validate(linear.stage, at.graph.tensors, at.where);
    if (input_shape(linear.stage) != at.input(0)) {
        fail(at.where,
             "the stage takes " + to_string(input_shape(linear.stage)) + ", its input is " + to_string(at.input(0)));
    }
    if (output_shape(linear.stage) != at.node.shape) {
        fail(at.where, "the stage gives " + to_string(output_shape(linear.stage)) + ", the node's shape is " +
                           to_string(at.node.shape));
    }
    const auto count = static_cast<std::int64_t>(linear.bias.size());
    if (count != 0 && count != at.node.shape.channels && count != at.node.shape.size()) {
        fail(at.where, "bias has " + std::to_string(count) + " values, must have none, " +
                           std::to_string(at.node.shape.channels) + " or " + std::to_string(at.node.shape.size()));
    }
    for (const double b : linear.bias) {
        if (!std::isfinite(b)) fail(at.where, "bias holds a value that is not finite");
    }
}

void check(const AnnAdd&, const Checked& at) {
    require_inputs(at, 2, at.graph.nodes.size());
    require_same_shape(at);
}

void check(const AnnConcat&, const Checked& at) {
    require_inputs(at, 1, at.graph.nodes.size());
    std::int64_t channels = 0;
    for (std::size_t i = 0; i < at.node.inputs.size(); ++i) {
        const Shape& part = at.input(i);
        channels += part.channels;
        if (part.height != at.node.shape.height || part.width != at.node.shape.width) {
            fail(at.where, "input " + std::to_string(i) + " is " + to_string(part) + ", the output " +
                               to_string(at.node.shape) + "; height and width must agree");
        }
    }
    if (channels != at.node.shape.channels) {
        fail(at.where, "the inputs have " + std::to_string(channels) + " channels together, the output " +
                           std::to_string(at.node.shape.channels));
    }
}

void check(const AnnRelu& relu, const Checked& at) {
    require_inputs(at, 1, 1);
    require_same_shape(at);
    require_count(at, relu.cap, "cap");
    for (const double cap : relu.cap) {
        // Comparisons are negated so that NaN, for which all of them are false, is refused. Infinity is not: it is the
        // cap of a plain ReLU.
        if (!(cap > 0.0)) fail(at.where, "cap " + std::to_string(cap) + ", must be greater than 0");
    }
}

void check(const AnnStep& step, const Checked& at) {
    require_inputs(at, 1, 1);
    require_same_shape(at);
    require_count(at, step.threshold, "threshold");
    for (const double threshold : step.threshold) {
        if (!(threshold > 0.0) || !std::isfinite(threshold)) {
            fail(at.where, "threshold " + std::to_string(threshold) + ", must be greater than 0 and finite");
        }
    }
    if (step.levels < 1) fail(at.where, "levels " + std::to_string(step.levels) + ", must be at least 1");
    // The shift becomes the membrane potential at the beginning, in thresholds (METHODS.md, Conversion). A staircase
    // that begins elsewhere is written with what is missing in the bias before it (StepActivation).
    if (!(step.shift >= 0.0 && step.shift <= 1.0)) {
        fail(at.where, "shift " + std::to_string(step.shift) + ", must be between 0 and 1");
    }
}

void check(const AnnMaxPool& pool, const Checked& at) {
    require_inputs(at, 1, 1);
    if (at.input(0).channels != at.node.shape.channels) {
        fail(at.where,
             "pooling from " + to_string(at.input(0)) + " to " + to_string(at.node.shape) + " changes the channels");
    }
    check_windows(pool_window(pool, at.input(0)), at.node.shape, at.where);
}

void check(const AnnSoftmax&, const Checked& at) {
    require_inputs(at, 1, 1);
    require_same_shape(at);
}

void check_node(const AnnGraph& graph, std::size_t position) {
    const AnnNode& node = graph.nodes[position];
    const Checked at{graph, node, "node \"" + node.name + "\""};
    if (node.name.empty()) fail("node " + std::to_string(position), "the name is empty");
    const Shape& shape = node.shape;
    constexpr std::int64_t largest = std::int64_t{1} << 30;
    // The area is tested before the size: once it is at most 2^30, the product of three extents stays below 2^61, while
    // three extents of nearly 2^31 would overflow 64 bits and could come out small.
    if (shape.channels < 1 || shape.height < 1 || shape.width < 1 || shape.area() > largest || shape.size() > largest) {
        fail(at.where, "shape " + to_string(shape) + ", each extent must be at least 1 and the whole at most 2^30");
    }
    // This stands before the operator's own check, which reads the shapes of the inputs by their index without a test.
    // That they are earlier also excludes cycles.
    for (const NodeIndex input : node.inputs) {
        if (input >= position) {
            fail(at.where, "input " + std::to_string(input) + " is not an earlier node");
        }
    }
    std::visit([&](const auto& operation) { check(operation, at); }, node.operation);
}

}  // namespace

void validate(const AnnGraph& graph) {
    if (graph.nodes.empty()) throw Error("the network has no nodes");
    if (!std::holds_alternative<AnnInput>(graph.nodes.front().operation)) {
        throw Error("node \"" + graph.nodes.front().name + "\": the first node must be the input");
    }
    std::unordered_set<std::string> names;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        check_node(graph, i);
        // Populations are named after nodes, and the name gives the id that keys their random draws.
        if (!names.insert(graph.nodes[i].name).second) {
            throw Error("two nodes are called \"" + graph.nodes[i].name + "\"; names must be unique");
        }
    }
    if (graph.output >= graph.nodes.size()) {
        throw Error("the output, node " + std::to_string(graph.output) + ", does not exist");
    }
}

}  // namespace syncopate
