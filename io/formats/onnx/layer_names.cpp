#include "io/formats/onnx/layer_names.hpp"

#include "core/index.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace syncopate::onnx {

namespace {

constexpr std::string_view linear_suffix = ".linear";

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

/// Without what separates names on a command line, and not longer than 100 bytes.
std::string clean(std::string name) {
    for (char& c : name) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_kept = std::isalnum(byte) != 0 || c == '.' || c == '_' || c == '-' || byte >= 0x80;
        if (!is_kept) c = '_';
    }
    std::size_t length = std::min<std::size_t>(name.size(), 100);
    while (length > 0 && length < name.size() && (static_cast<unsigned char>(name[length]) & 0xC0U) == 0x80U) --length;
    name.resize(length);
    return name;
}

/// Whether the last part of a module's name says nothing: a number, or the name of the function.
bool is_generic(const std::string& scope) {
    std::string last = lower(scope.substr(scope.rfind('.') == std::string::npos ? 0 : scope.rfind('.') + 1));
    while (!last.empty() && std::isdigit(static_cast<unsigned char>(last.back())) != 0) last.pop_back();
    while (!last.empty() && last.back() == '_') last.pop_back();
    static const std::set<std::string> functions = {"", "relu", "hardtanh", "clip", "clamp", "floor"};
    return functions.count(last) != 0;
}

bool is_activation(const AnnNode& node) {
    return std::holds_alternative<AnnRelu>(node.operation) || std::holds_alternative<AnnStep>(node.operation);
}

template <class Stage>
bool has_stage(const AnnNode& node) {
    const auto* linear = std::get_if<AnnLinear>(&node.operation);
    return linear != nullptr && std::holds_alternative<Stage>(linear->stage);
}

// Why names are found so.
//
// A user speaks of layers by the names of the training script: "layer1.0.conv2". Exporters keep them in three places,
// none of them reliable: the scope of a node (absent in old files), the name of its parameters (absent for activations,
// shared or renamed by constant folding), and the node's own name (made up by most). A population stands for an
// activation, which has the least telling scope of all ("relu", or a module used in five places). Hence the order
// below: a scope of its own, if it says more than the function; a parameter of its own; else the name of the layer
// whose result it is applied to, found by walking back through what is only moved or added, along the main path of a
// residual block. Activations claim names first, so that "conv2" is the layer that spikes; a linear map behind a
// read-out or a linear population of the same name becomes "conv2.linear". Names are unique at last by a number.

class Namer {
public:
    explicit Namer(Workspace& work);
    void assign();

private:
    bool has_own_scope(std::size_t node) const;
    std::string name_of_part(std::size_t node) const;
    std::string name_of_activation(std::size_t node) const;
    std::optional<NodeIndex> feeding_layer(std::size_t node) const;
    std::optional<NodeIndex> deepest_input(std::size_t node) const;
    void claim(std::size_t node, const std::string& wanted, std::string_view suffix);
    void name_weights();

    AnnGraph& graph_;
    const std::vector<Label>& labels_;
    std::vector<std::int32_t> consumers_;
    std::vector<std::int32_t> depth_;
    std::vector<std::string> scopes_;             // of all nodes, sorted
    std::map<std::string, std::int32_t> owners_;  // parameters of activations, and of other nodes, by how many used
    std::vector<std::string> parts_;              // what each node that is no activation would like to be called
    std::unordered_set<std::string> taken_;
    std::unordered_map<std::string, std::int32_t> last_number_;
};

Namer::Namer(Workspace& work)
    : graph_(work.graph),
      labels_(work.labels),
      consumers_(graph_.nodes.size(), 0),
      depth_(graph_.nodes.size(), 0),
      parts_(graph_.nodes.size()) {
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
        for (const NodeIndex input : graph_.nodes[i].inputs) {
            ++consumers_[input];
            depth_[i] = std::max(depth_[i], depth_[input] + 1);
        }
        if (!labels_[i].is_auxiliary) scopes_.push_back(labels_[i].scope);
        ++owners_[(is_activation(graph_.nodes[i]) ? "a " : "p ") + labels_[i].parameter];
    }
    std::sort(scopes_.begin(), scopes_.end());
}

/// Whether no other node belongs to the module or to a part of it.
bool Namer::has_own_scope(std::size_t node) const {
    const std::string& scope = labels_[node].scope;
    if (scope.empty()) return false;
    const auto [first, last] = std::equal_range(scopes_.begin(), scopes_.end(), scope);
    const auto inner = std::lower_bound(scopes_.begin(), scopes_.end(), scope + ".");
    return last - first <= 1 && (inner == scopes_.end() || inner->rfind(scope + ".", 0) != 0);
}

/// For all but activations.
std::string Namer::name_of_part(std::size_t node) const {
    const Label& label = labels_[node];
    const std::string op = lower(label.op);
    if (label.is_auxiliary) return (label.scope.empty() ? "" : label.scope + ".") + op;
    if (!label.parameter.empty() && owners_.at("p " + label.parameter) == 1) return label.parameter;
    if (has_own_scope(node)) return label.scope;
    if (!label.parameter.empty()) return label.parameter;
    if (has_stage<Convolution>(graph_.nodes[node]) && !label.scope.empty()) return label.scope;
    return (label.scope.empty() ? "" : label.scope + ".") + op;
}

std::string Namer::name_of_activation(std::size_t node) const {
    const Label& label = labels_[node];
    if (has_own_scope(node) && !is_generic(label.scope)) return label.scope;
    const bool has_parameter = !label.parameter.empty() && owners_.at("a " + label.parameter) == 1;
    if (label.scope.empty() && has_parameter && !is_generic(label.parameter)) return label.parameter;
    if (const auto layer = feeding_layer(node)) return parts_[*layer];
    return has_own_scope(node) ? label.scope : (label.scope.empty() ? "" : label.scope + ".") + lower(label.op);
}

/// Of a sum's inputs that nothing else uses, the one with the most layers before it: the main path of a residual block.
std::optional<NodeIndex> Namer::deepest_input(std::size_t node) const {
    std::optional<NodeIndex> deepest;
    for (const NodeIndex input : graph_.nodes[node].inputs) {
        if (consumers_[input] > 1 || is_activation(graph_.nodes[input])) continue;
        if (!deepest || depth_[input] > depth_[*deepest]) deepest = input;
    }
    return deepest;
}

/// The layer with weights, or the batch normalisation, whose result is what the activation is applied to, if
/// there is one.
std::optional<NodeIndex> Namer::feeding_layer(std::size_t node) const {
    std::optional<NodeIndex> best;
    NodeIndex current = graph_.nodes[node].inputs.front();
    for (int steps = 0; steps < 64 && current != 0; ++steps) {
        const AnnNode& candidate = graph_.nodes[current];
        const bool is_exclusive = consumers_[current] == 1;
        if (best && !is_exclusive) return best;
        if (has_stage<Convolution>(candidate)) return current;
        if (has_stage<Scale>(candidate) && !best && !labels_[current].is_auxiliary) best = current;
        if (std::holds_alternative<AnnAdd>(candidate.operation)) {
            const auto deepest = deepest_input(current);
            if (best || !deepest) return best;
            current = *deepest;
        } else if (std::holds_alternative<AnnLinear>(candidate.operation) ||
                   std::holds_alternative<AnnMaxPool>(candidate.operation)) {
            current = candidate.inputs.front();
        } else {
            return best;
        }
    }
    return best;
}

void Namer::claim(std::size_t node, const std::string& wanted, std::string_view suffix) {
    std::string base = clean(wanted.empty() ? "node" : wanted);
    std::string name = base;
    if (taken_.count(name) != 0 && !suffix.empty()) base = name = base + std::string(suffix);
    while (taken_.count(name) != 0) {
        std::int32_t& number = last_number_.emplace(base, 1).first->second;
        name = base + "_" + std::to_string(++number);
    }
    taken_.insert(name);
    graph_.nodes[node].name = name;
}

void Namer::name_weights() {
    std::set<TensorId> named;
    std::unordered_set<std::string> taken;
    for (const AnnNode& node : graph_.nodes) {
        if (!has_stage<Convolution>(node)) continue;
        const TensorId id = std::get<Convolution>(std::get<AnnLinear>(node.operation).stage).weights;
        if (!named.insert(id).second) continue;
        std::string name = node.name;
        const std::size_t suffix = name.rfind(linear_suffix);
        if (suffix != std::string::npos && suffix + linear_suffix.size() == name.size()) name.resize(suffix);
        while (!taken.insert(name + ".weight").second) name += "_";
        graph_.tensors[to_size(id)].name = name + ".weight";
    }
}

void Namer::assign() {
    claim(0, graph_.nodes.front().name, "");
    for (std::size_t i = 1; i < graph_.nodes.size(); ++i) {
        if (!is_activation(graph_.nodes[i])) parts_[i] = name_of_part(i);
    }
    for (std::size_t i = 1; i < graph_.nodes.size(); ++i) {
        if (is_activation(graph_.nodes[i])) claim(i, name_of_activation(i), "");
    }
    for (std::size_t i = 1; i < graph_.nodes.size(); ++i) {
        if (!is_activation(graph_.nodes[i])) {
            const bool is_layer =
                std::holds_alternative<AnnLinear>(graph_.nodes[i].operation) && !labels_[i].is_auxiliary;
            claim(i, parts_[i], is_layer ? linear_suffix : "");
        }
    }
    name_weights();
}

}  // namespace

void assign_names(Workspace& work) { Namer(work).assign(); }

}  // namespace syncopate::onnx
