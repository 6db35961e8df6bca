#include "topology/conversion/convert.hpp"

#include "core/charge.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "neurons/models/bernoulli_rate.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/input_exponent.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/linear.hpp"
#include "neurons/models/max_pool.hpp"
#include "neurons/models/read_out.hpp"
#include "topology/conversion/layer_thresholds.hpp"
#include "topology/conversion/linear_nodes.hpp"
#include "topology/conversion/linear_paths.hpp"
#include "topology/conversion/memory_plan.hpp"
#include "topology/pool_windows.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace syncopate {

namespace {

/// One value a channel where the bias does not vary within channels; none where it is 0.
std::vector<double> compact_bias(const std::vector<double>& values, const Shape& shape) {
    if (std::ranges::all_of(values, [](double b) { return b == 0.0; })) return {};
    const auto area = to_size(shape.area());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] != values[i - i % area]) return values;
    }
    std::vector<double> of_channels;
    for (std::size_t i = 0; i < values.size(); i += area) of_channels.push_back(values[i]);
    return of_channels;
}

/// A short list of names for a message.
std::string listed(const std::vector<std::string>& names) {
    constexpr std::size_t shown = 6;
    std::string text;
    for (std::size_t i = 0; i < std::min(shown, names.size()); ++i) text += (i == 0 ? "\"" : ", \"") + names[i] + "\"";
    if (names.size() > shown) text += " and " + std::to_string(names.size() - shown) + " more";
    return text;
}

class Converter {
public:
    Converter(const AnnGraph& graph, const ConversionOptions& options, const Calibration* calibration)
        : graph_(graph), options_(options), calibration_(calibration), population_of_(graph.nodes.size()) {}

    Conversion convert() {
        const NodeIndex output = find_output();
        needed_ = needed_nodes(graph_, output);
        check_pools();
        check_calibration();
        constants_ = constant_parts(graph_, output);
        is_linear_ = linear_nodes(graph_, output, options_.composition);
        is_source_ = is_linear_;
        for (std::size_t n = 0; n < is_source_.size(); ++n)
            is_source_[n] = is_source_[n] || is_population(graph_.nodes[n]);
        add_input();
        const std::vector<NodeIndex> activations = activation_nodes(graph_);
        // Populations come in the order of the graph, in which inputs precede their readers: every projection starts
        // from a population that is there. If the output was chosen as a linear population, the read-out takes its
        // place, since it sums as well.
        for (NodeIndex n; n <= output; ++n) {
            const auto found = std::ranges::find(activations, n);
            if (found != activations.end()) add_activation(n, to_size(found - activations.begin()));
            if (is_max_pool(n)) add_pool(n);
            if (is_linear_[n] && n != output) add_linear(n);
        }
        add_read_out(output);
        check_dependence();
        if (activations.empty()) warn("the network has no activation: its spiking form is a linear map of the input");
        warn_of_unused();
        add_notes();
        validate(result_.graph);
        return std::move(result_);
    }

private:
    const AnnNode& node(NodeIndex n) const { return graph_.nodes[n]; }
    void warn(std::string text) { result_.warnings.push_back(std::move(text)); }
    void note(std::string text) { result_.graph.notes.push_back(std::move(text)); }

    /// The node that the read-out replaces.
    NodeIndex find_output() {
        NodeIndex output = graph_.output;
        while (std::holds_alternative<AnnSoftmax>(node(output).operation)) {
            const bool is_sigmoid = std::get<AnnSoftmax>(node(output).operation).is_sigmoid;
            const std::string kind = is_sigmoid ? "sigmoid" : "softmax";
            warn("node \"" + node(output).name + "\" (" + kind +
                 ") at the end is left out: it does not change the order of the logits" +
                 (is_sigmoid && node(output).shape.size() == 1 ? "; above one half is a logit above 0" : ""));
            note("left out: " + kind + " \"" + node(output).name + "\" at the end");
            output = node(output).inputs[0];
        }
        // A read-out behind spikes that are only moved would add them up as they are, and its mean would be the
        // activation in steps of θ/T: no logits. A reshape or a transpose behind the activation changes nothing about
        // that, so the search goes back through them.
        NodeIndex giver = output;  // of the values, wherever they are moved afterwards
        const auto is_move = [&](const AnnNode& candidate) {
            const auto* linear = std::get_if<AnnLinear>(&candidate.operation);
            return linear != nullptr && linear->bias.empty() && std::holds_alternative<Gather>(linear->stage);
        };
        while (is_move(node(giver))) giver = node(giver).inputs[0];
        if (std::holds_alternative<AnnInput>(node(giver).operation)) {
            throw RefusedError("node \"" + node(output).name +
                               "\": the output is the input itself; there is nothing "
                               "to convert");
        }
        const bool is_maximum = std::holds_alternative<AnnMaxPool>(node(giver).operation);
        if (is_population(node(giver))) {
            throw RefusedError(
                "node \"" + node(giver).name + "\": " + (is_maximum ? "max pooling" : "an activation") +
                " gives the network's output, but a read-out needs a linear layer before it; " +
                (is_maximum ? "pool before the last linear layer" : "export the network without its last activation"));
        }
        return output;
    }

    bool is_max_pool(NodeIndex n) const {
        return std::holds_alternative<AnnMaxPool>(node(n).operation) && std::ranges::binary_search(needed_, n);
    }

    /// Before anything that depends on data is asked for.
    void check_pools() const {
        for (const NodeIndex n : needed_) {
            const std::string reason = is_max_pool(n) ? why_not_pooled(graph_, n) : "";
            if (!reason.empty()) throw RefusedError("node \"" + node(n).name + "\" (max pooling): " + reason);
        }
    }

    void check_calibration() const {
        // Histograms are matched with activations by position: that of another network would give thresholds, and no
        // error.
        if (calibration_ == nullptr) return;
        const std::vector<NodeIndex> activations = activation_nodes(graph_);
        bool is_of_this_network = calibration_->activations.size() == activations.size();
        for (std::size_t a = 0; is_of_this_network && a < activations.size(); ++a) {
            const ActivationHistogram& measured = calibration_->activations[a];
            is_of_this_network = measured.name == node(activations[a]).name &&
                                 measured.maximum.size() == to_size(node(activations[a]).shape.channels);
        }
        if (!is_of_this_network) throw UsageError("the calibration belongs to another network; calibrate this one");
    }

    Population& add_population(NodeIndex n, NeuronModel model) {
        Population population;
        population.name = node(n).name;
        population.id = population_id(population.name);
        // Two names can have the same 32-bit hash, but ids key the random draws and have to differ. The nodes come in
        // the order of the graph, so a network gets the same ids every time.
        for (std::string key = population.name; !ids_.insert(population.id).second;)
            population.id = population_id(key += "'");
        population.shape = node(n).shape;
        population.model = std::move(model);
        population.fraction_bits = options_.fraction_bits;
        population_of_[n] = result_.graph.populations.size();
        result_.graph.populations.push_back(std::move(population));
        return result_.graph.populations.back();
    }

    void add_input() {
        result_.graph.preprocessing = options_.preprocessing;
        result_.graph.class_names = options_.class_names;
        const std::int32_t exponent = input_exponent();
        if (options_.encoding == InputEncoding::direct_current) {
            add_population(0, DirectCurrent{exponent});
            return;
        }
        if (calibration_ == nullptr) {
            throw UsageError(
                "a Bernoulli-rate input needs the largest magnitude of the input, which calibration "
                "finds; give calibration samples (--calibration DATA)");
        }
        const double maximum = static_cast<double>(calibration_->input_maximum);
        if (!(maximum > 0.0))
            warn("all inputs are 0 in calibration; the maximum of the Bernoulli-rate input becomes 1");
        add_population(0, BernoulliRate{maximum > 0.0 ? maximum : 1.0, exponent});
    }

    /// The engine takes inputs up to ± max_input. Larger ones are divided by a power of two, which the first weights
    /// are multiplied with, so that nothing else changes.
    std::int32_t input_exponent() const {
        double largest = largest_pixel_input(options_.preprocessing);
        if (calibration_ != nullptr) largest = std::max(largest, static_cast<double>(calibration_->input_maximum));
        for (std::int32_t exponent = 0; exponent <= largest_input_exponent; ++exponent) {
            if (largest <= std::ldexp(max_input, exponent)) return exponent;
        }
        throw RefusedError("node \"" + node(0).name + "\": the input reaches " + std::to_string(largest) +
                           ", more than 127 times 2^24; check the preprocessing (scale, mean, std)");
    }

    void add_activation(NodeIndex n, std::size_t index) {
        const AnnNode& activation = node(n);
        const auto* step = std::get_if<AnnStep>(&activation.operation);
        const auto* relu = std::get_if<AnnRelu>(&activation.operation);
        LayerThresholds thresholds = layer_thresholds(
            activation, options_, calibration_ == nullptr ? nullptr : &calibration_->activations[index]);
        for (std::string& warning : thresholds.warnings) warn(std::move(warning));
        Population& population =
            add_population(n, IntegrateAndFire{thresholds.v_threshold, thresholds.v_init, std::nullopt});
        population.bias = compact_bias(constants_[activation.inputs[0]], activation.shape);
        if (step != nullptr) population.activation = *step;
        if (relu != nullptr) population.activation = *relu;
        // The paths end at the activation's input and not in the activation, which is a source itself. If the input is
        // one too, its path is empty, and the projection is the identity.
        add_projections(linear_paths(graph_, activation.inputs[0], is_source_), n);
        const auto [smallest, largest] = std::ranges::minmax(thresholds.v_threshold);
        const bool is_clipped = relu != nullptr && std::ranges::any_of(relu->cap, [](double cap) {
                                    return cap < std::numeric_limits<double>::infinity();
                                });
        result_.layers.push_back({activation.name, activation.shape,
                                  step != nullptr ? "step" : (is_clipped ? "clipped relu" : "relu"), thresholds.rule,
                                  smallest, largest, step != nullptr ? step->levels : 0, thresholds.v_init,
                                  thresholds.floored_channels});
    }

    void add_pool(NodeIndex n) {
        const AnnNode& pool = node(n);
        const NodeIndex input = pool.inputs[0];
        const MaxPoolConversion chosen = options_.max_pools.of(pool.name);
        const MaxPoolRule rule = chosen == MaxPoolConversion::gate ? MaxPoolRule::gate : MaxPoolRule::counts;
        add_population(n, MaxPool{rule, pool_window(std::get<AnnMaxPool>(pool.operation), node(input).shape)});
        add_projections(linear_paths(graph_, input, is_source_), n);
        result_.pools.push_back({pool.name, pool.shape, std::string(max_pool_rule_names[to_size(rule)])});
    }

    /// A sum on the way, without its constant part: constants reach the populations behind it on their own.
    void add_linear(NodeIndex n) {
        // constants_ were led through the whole graph, past the linear populations; a bias here would count them twice.
        add_population(n, Linear{});
        add_projections(linear_paths_into(graph_, n, is_source_), n);
    }

    void add_read_out(NodeIndex output) {
        add_population(output, ReadOut{}).bias = compact_bias(constants_[output], node(output).shape);
        add_projections(linear_paths_into(graph_, output, is_source_), output);
    }

    /// What flows into the population of node `target`.
    void add_projections(std::vector<LinearPath> paths, NodeIndex target) {
        for (LinearPath& path : paths) {
            for (LinearStage& stage : path.stages) take_over(stage, target);
            result_.graph.projections.push_back(
                {population_of_[path.source], population_of_[target], 0, std::move(path.stages)});
        }
    }

    void take_over(LinearStage& stage, NodeIndex target) {
        // linear_paths() bounds the gathers of one population; those of all together could still fill any memory.
        if (const auto* gather = std::get_if<Gather>(&stage)) gather_entries_ += gather->source.size();
        if (gather_entries_ > (std::size_t{1} << 28)) {
            throw RefusedError("node \"" + node(target).name +
                               "\": the network's concatenations and moves of elements take more than 2^28 entries "
                               "when every path through them is written out; use fewer or smaller concatenations");
        }
        auto* convolution = std::get_if<Convolution>(&stage);
        if (convolution == nullptr) return;
        // A convolution on several paths becomes several stages with one tensor. Tensors that no path uses stay behind.
        const auto next = static_cast<TensorId>(result_.graph.tensors.size());
        const auto [known, is_new] = tensor_of_.emplace(convolution->weights, next);
        if (is_new) result_.graph.tensors.push_back(graph_.tensors[to_size(convolution->weights)]);
        convolution->weights = known->second;
    }

    /// Populations and projections stand in topological order, so one pass finds what the input reaches.
    void check_dependence() {
        std::vector<bool> is_reached(result_.graph.populations.size(), false);
        is_reached[0] = true;
        for (const Projection& projection : result_.graph.projections) {
            if (is_reached[projection.source]) is_reached[projection.target] = true;
        }
        const Population& read_out = result_.graph.populations.back();
        if (!is_reached.back()) {
            throw RefusedError("node \"" + read_out.name +
                               "\": the output does not depend on the input; check what the network was exported from");
        }
        for (std::size_t p = 0; p < is_reached.size(); ++p) {
            if (!is_reached[p])
                warn("population \"" + result_.graph.populations[p].name + "\" does not depend on the input");
        }
    }

    void warn_of_unused() {
        std::vector<std::string> unused;
        for (NodeIndex n; n < graph_.nodes.size(); ++n) {
            const bool is_softmax = std::holds_alternative<AnnSoftmax>(node(n).operation);
            if (!is_softmax && !std::ranges::binary_search(needed_, n)) unused.push_back(node(n).name);
        }
        if (!unused.empty()) warn("the output does not need " + listed(unused) + "; ignored");
    }

    void add_notes() {
        std::set<std::string> rules;
        for (const LayerConversion& layer : result_.layers) rules.insert(layer.rule);
        for (const std::string& rule : rules) note("thresholds: " + rule);
        if (calibration_ != nullptr) {
            note("calibration: " + std::to_string(calibration_->samples) + " samples, " +
                 std::to_string(calibration_->options.bins) + " bins per " +
                 (calibration_->options.per_channel ? "channel" : "layer") + ", percentiles " +
                 (options_.count_zeros ? "over all values" : "over positive values"));
        }
        std::int64_t floored = 0;
        for (const LayerConversion& layer : result_.layers) floored += layer.floored_channels;
        if (floored > 0) note("thresholds raised to the floor: " + std::to_string(floored) + " channels");
        for (const std::string_view rule : max_pool_rule_names) {
            std::vector<std::string> pools;
            for (const PoolConversion& pool : result_.pools) {
                if (pool.rule == rule) pools.push_back(pool.name);
            }
            if (!pools.empty()) note("max pooling by " + std::string(rule) + ": " + listed(pools));
        }
        const auto sums = std::ranges::count(is_linear_, true);
        if (sums > 0) note("linear populations: " + std::to_string(sums) + ", which sum without spiking");
        note(std::string("v_init: ") + (options_.v_init ? "as asked for" : "1/2, or the shift of a trained step"));
        if (const std::int32_t exponent = result_.graph.populations.front().model.input_exponent(); exponent != 0)
            note("the input is divided by 2^" + std::to_string(exponent) +
                 " and the weights it meets are multiplied by it");
        note(std::string("input: ") +
             (options_.encoding == InputEncoding::direct_current ? "direct current" : "Bernoulli rate"));
    }

    const AnnGraph& graph_;
    const ConversionOptions& options_;
    const Calibration* calibration_;
    std::vector<NodeIndex> needed_;               // that the output depends on
    std::vector<PopulationIndex> population_of_;  // of every node that is one
    std::vector<std::vector<double>> constants_;
    std::vector<bool> is_linear_;  // nodes that become linear populations
    std::vector<bool> is_source_;  // they, activations and the input: where projections begin
    std::map<TensorId, TensorId> tensor_of_;
    std::set<std::uint32_t> ids_;
    std::size_t gather_entries_ = 0;
    Conversion result_;
};

}  // namespace

Conversion convert(const AnnGraph& graph, const ConversionOptions& options, const Calibration* calibration) {
    validate(graph);
    return Converter(graph, options, calibration).convert();
}

}  // namespace syncopate
