#include "topology/conversion/max_pools.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/nearest_name.hpp"
#include "core/number_text.hpp"
#include "topology/conversion/linear_paths.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace syncopate {

namespace {

constexpr std::array<std::string_view, 3> names = {"counts", "gate", "average"};

MaxPoolConversion parse_conversion(std::string_view text, const std::string& whole) {
    const auto found = std::ranges::find(names, text);
    if (found != names.end()) return static_cast<MaxPoolConversion>(found - names.begin());
    throw UsageError("--max-pool " + whole + ": \"" + std::string(text) +
                     "\" is no rule; there are counts, gate and average, for all layers or, as in pool3=gate, for one");
}

bool is_max_pool(const AnnNode& node) { return std::holds_alternative<AnnMaxPool>(node.operation); }

bool is_activation(const AnnNode& node) {
    return std::holds_alternative<AnnRelu>(node.operation) || std::holds_alternative<AnnStep>(node.operation);
}

/// The same in all of a channel.
bool is_by_channel(const std::vector<double>& values, const Shape& shape) {
    return values.size() <= 1 || std::cmp_equal(values.size(), shape.channels);
}

/// The scale of a node that multiplies, and adds at most constants, channel by channel; else null.
const Scale* affine_of(const AnnNode& node) {
    const auto* linear = std::get_if<AnnLinear>(&node.operation);
    const auto* scale = linear == nullptr ? nullptr : std::get_if<Scale>(&linear->stage);
    if (scale == nullptr || !is_by_channel(scale->factor, node.shape) || !is_by_channel(linear->bias, node.shape))
        return nullptr;
    return scale;
}

/// Whether max(f(x)) = f(max(x)) for the node's f.
bool commutes(const AnnNode& node) {
    if (is_activation(node)) return true;
    const Scale* const scale = affine_of(node);
    // A factor of 0 would do as well, but its channel would compare what is all the same.
    return scale != nullptr && std::ranges::all_of(scale->factor, [](double factor) { return factor > 0.0; });
}

bool is_move(const AnnNode& node) {
    const auto* linear = std::get_if<AnnLinear>(&node.operation);
    return linear != nullptr && linear->bias.empty() && std::holds_alternative<Gather>(linear->stage);
}

/// What a node that gives no spikes is, and what stands in the way.
std::string hindrance(const AnnNode& node) {
    const std::string named = " of \"" + node.name + "\"";
    if (std::holds_alternative<AnnInput>(node.operation)) return "the analogue input";
    if (std::holds_alternative<AnnAdd>(node.operation)) return "the sum" + named;
    const Scale* const scale = affine_of(node);
    if (scale != nullptr) {
        const auto factor = std::ranges::find_if(scale->factor, [](double f) { return f <= 0.0; });
        if (factor != scale->factor.end())
            return "the values" + named + ", which multiplies channel " +
                   std::to_string(factor - scale->factor.begin()) + " by " + number_text(*factor) +
                   " and so makes the largest no longer the largest";
    }
    return "the values" + named;
}

/// What is in the way of spikes from the node; empty: nothing.
std::string why_not_spikes(const AnnGraph& graph, std::size_t n) {
    std::vector<std::size_t> open = {n};
    while (!open.empty()) {
        const AnnNode& node = graph.nodes[open.back()];
        open.pop_back();
        if (is_activation(node) || is_max_pool(node)) continue;
        if (!is_move(node) && !std::holds_alternative<AnnConcat>(node.operation)) return hindrance(node);
        open.insert(open.end(), node.inputs.rbegin(), node.inputs.rend());
    }
    return {};
}

class Arranger {
public:
    explicit Arranger(ArrangedMaxPools& result) : result_(result), graph_(result.graph) {}

    void arrange() {
        // Forwards, so that a pool behind a pool finds it in its place. Indices stay: two nodes change places, or one
        // is inserted behind those that have been looked at.
        for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
            if (!is_max_pool(graph_.nodes[n])) continue;
            move_back(n);
            if (!why_not_pooled(graph_, n).empty()) move_forward(n);
        }
    }

private:
    std::vector<std::size_t> readers_of(std::size_t n) const {
        std::vector<std::size_t> readers;
        for (std::size_t k = n + 1; k < graph_.nodes.size(); ++k) {
            if (std::ranges::find(graph_.nodes[k].inputs, NodeIndex(n)) != graph_.nodes[k].inputs.end())
                readers.push_back(k);
        }
        return readers;
    }

    /// Before what multiplies and adds, as far as spikes lie behind it.
    void move_back(std::size_t n) {
        if (!is_behind_affines(n)) return;
        while (affine_of(graph_.nodes[graph_.nodes[n].inputs[0]]) != nullptr) {
            const std::size_t before = graph_.nodes[n].inputs[0];
            const bool is_own = readers_of(before).size() == 1 && graph_.output != before;
            result_.notes.push_back("max pooling \"" + graph_.nodes[n].name + "\" is taken before \"" +
                                    graph_.nodes[before].name + "\", which multiplies by positive numbers");
            if (is_own) {
                change_places(before, n);
                n = before;
            } else {
                // Others read what was multiplied before, so that it stays for them.
                insert_copy(before, n);
            }
        }
    }

    bool is_behind_affines(std::size_t n) const {
        std::size_t at = graph_.nodes[n].inputs[0];
        if (affine_of(graph_.nodes[at]) == nullptr) return false;
        while (affine_of(graph_.nodes[at]) != nullptr && commutes(graph_.nodes[at])) at = graph_.nodes[at].inputs[0];
        return why_not_spikes(graph_, at).empty();
    }

    /// Behind the activation that is all that reads it, if there is one.
    void move_forward(std::size_t n) {
        std::vector<std::size_t> way;
        std::size_t at = n;
        while (true) {
            const std::vector<std::size_t> readers = readers_of(at);
            if (readers.size() != 1 || graph_.output == at || !commutes(graph_.nodes[readers.front()])) return;
            at = readers.front();
            way.push_back(at);
            if (is_activation(graph_.nodes[at])) break;
        }
        result_.notes.push_back("max pooling \"" + graph_.nodes[n].name + "\" is taken behind \"" +
                                graph_.nodes[at].name +
                                "\": the maximum of activations is the activation of the maximum");
        for (const std::size_t next : way) {
            change_places(n, next);
            n = next;
        }
    }

    /// Of two nodes, `second` the only reader of `first`, one of them a pool.
    void change_places(std::size_t first, std::size_t second) {
        AnnNode& a = graph_.nodes[first];
        AnnNode& b = graph_.nodes[second];
        const Shape before = graph_.nodes[a.inputs[0]].shape;
        const Shape after = b.shape;
        std::swap(a.operation, b.operation);
        std::swap(a.name, b.name);
        std::swap(a.origin, b.origin);
        const bool is_pool_first = is_max_pool(a);
        a.shape = is_pool_first ? after : before;
        b.shape = after;
        adapt(a);
        adapt(b);
    }

    /// `affine` before the pool n becomes a copy of it behind the pool.
    void insert_copy(std::size_t affine, std::size_t n) {
        AnnNode copy = graph_.nodes[affine];
        copy.name += "." + graph_.nodes[n].name;
        copy.shape = graph_.nodes[n].shape;
        copy.inputs = {NodeIndex(n)};
        adapt(copy);
        graph_.nodes[n].inputs = {graph_.nodes[affine].inputs[0]};
        for (std::size_t k = n + 1; k < graph_.nodes.size(); ++k) {
            for (NodeIndex& input : graph_.nodes[k].inputs) {
                if (input >= n) input = NodeIndex(input + 1);
            }
        }
        if (graph_.output >= n) graph_.output = NodeIndex(graph_.output + 1);
        graph_.nodes.insert(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(n + 1), std::move(copy));
    }

    /// A scale states its shape.
    static void adapt(AnnNode& node) {
        auto* linear = std::get_if<AnnLinear>(&node.operation);
        if (linear != nullptr) std::get<Scale>(linear->stage).shape = node.shape;
    }

    ArrangedMaxPools& result_;
    AnnGraph& graph_;
};

void make_average(AnnGraph& graph, AnnNode& node) {
    const auto pool = std::get<AnnMaxPool>(node.operation);
    if (!(pool.dilation == Extent{})) {
        throw RefusedError("node \"" + node.name +
                           "\" (max pooling): it is dilated, and average pooling is not; choose counts or gate");
    }
    AveragePool average{.input = graph.nodes[node.inputs[0]].shape,
                        .output = node.shape,
                        .kernel = pool.kernel,
                        .stride = pool.stride,
                        .pad = pool.pad};
    node.operation = AnnLinear{std::move(average), {}};
}

void check_names(const AnnGraph& graph, const MaxPoolChoices& choices) {
    std::vector<std::string_view> pools;
    for (const AnnNode& node : graph.nodes) {
        if (is_max_pool(node)) pools.push_back(node.name);
    }
    for (const auto& [name, conversion] : choices.of_layer) {
        if (std::ranges::find(pools, name) != pools.end()) continue;
        std::string there;
        for (const std::string_view pool : pools) there += (there.empty() ? "" : ", ") + std::string(pool);
        const std::string_view near = nearest_name(name, pools);
        throw UsageError("--max-pool " + name + "=" + std::string(to_string(conversion)) + ": " +
                         (pools.empty() ? "the network has no max pooling"
                          : near.empty()
                              ? "no layer of max pooling has this name; there are " + there
                              : "no layer of max pooling has this name; did you mean " + std::string(near) + "?"));
    }
}

}  // namespace

std::string_view to_string(MaxPoolConversion conversion) { return names[to_size(conversion)]; }

MaxPoolChoices parse_max_pools(std::span<const std::string> texts) {
    MaxPoolChoices choices;
    std::optional<std::string> common;
    for (const std::string& text : texts) {
        const std::size_t sign = text.rfind('=');
        const MaxPoolConversion conversion =
            parse_conversion(sign == std::string::npos ? text : std::string_view(text).substr(sign + 1), text);
        if (sign == std::string::npos) {
            if (common) throw UsageError("--max-pool: both " + *common + " and " + text + " for all layers");
            common = text;
            choices.common = conversion;
        } else if (!choices.of_layer.emplace(text.substr(0, sign), conversion).second) {
            throw UsageError("--max-pool " + text + ": the layer is named twice");
        }
    }
    return choices;
}

ArrangedMaxPools arrange_max_pools(AnnGraph graph, const MaxPoolChoices& choices) {
    validate(graph);
    check_names(graph, choices);
    ArrangedMaxPools result{std::move(graph), {}, {}};
    std::string averaged;
    for (AnnNode& node : result.graph.nodes) {
        if (!is_max_pool(node) || choices.of(node.name) != MaxPoolConversion::average) continue;
        make_average(result.graph, node);
        averaged += (averaged.empty() ? "\"" : ", \"") + node.name + "\"";
    }
    if (!averaged.empty()) {
        result.notes.push_back("max pooling replaced by average pooling: " + averaged);
        result.warnings.push_back(averaged +
                                  ": average pooling in the place of max pooling makes another network than was "
                                  "trained; what is said of the ANN is said of that one");
    }
    Arranger(result).arrange();
    return result;
}

std::string why_not_pooled(const AnnGraph& graph, NodeIndex pool) {
    const std::string reason = why_not_spikes(graph, graph.nodes[pool].inputs[0]);
    if (reason.empty()) return {};
    return "it takes the maximum of " + reason +
           ", not of spikes, and no activation directly before or behind it changes that; train the network with an "
           "activation before the pooling, or choose --max-pool " +
           graph.nodes[pool].name + "=average, which makes another network";
}

}  // namespace syncopate
