#include "topology/compiler/compile.hpp"

#include "core/error.hpp"
#include "neurons/bernoulli_rate.hpp"
#include "neurons/integrate_and_fire.hpp"
#include "neurons/read_out.hpp"
#include "neurons/relay.hpp"
#include "neurons/two_phase.hpp"
#include "topology/compiler/real_synapses.hpp"
#include "topology/fan_out.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace syncopate {

namespace {

/// The population whose spikes `p` sends: its source, if it is a relay.
const Population& origin_of(const LayerGraph& graph, std::int32_t p) {
    const Population& population = graph.populations[static_cast<std::size_t>(p)];
    if (!std::holds_alternative<Relay>(population.model)) return population;
    return origin_of(graph, std::ranges::find(graph.projections, p, &Projection::target)->source);
}

/// What a spike of every source channel is worth, in units of the activation.
std::vector<double> amplitude_of(const Population& population) {
    if (const auto* model = std::get_if<IntegrateAndFire>(&population.model)) return model->v_threshold;
    if (const auto* model = std::get_if<TwoPhase>(&population.model)) return model->v_threshold;
    if (const auto* model = std::get_if<BernoulliRate>(&population.model)) return {model->maximum};
    if (const auto* model = std::get_if<DirectCurrent>(&population.model))
        return {std::ldexp(1.0, model->input_exponent)};
    return {1.0};
}

/// The unit of charge of every target channel: its threshold; 1 for a read-out.
std::vector<double> threshold_of(const Population& population) {
    if (const auto* model = std::get_if<IntegrateAndFire>(&population.model)) return model->v_threshold;
    if (const auto* model = std::get_if<TwoPhase>(&population.model)) return model->v_threshold;
    return {1.0};
}

/// Bias of every neuron in thresholds.
std::vector<double> bias_of(const Population& population) {
    const auto count = static_cast<std::size_t>(population.shape.size());
    std::vector<double> bias(count, 0.0);
    if (population.bias.empty()) return bias;
    const std::vector<double> threshold = threshold_of(population);
    for (std::size_t i = 0; i < count; ++i) {
        bias[i] = population.bias[i / (count / population.bias.size())] / threshold[i / (count / threshold.size())];
    }
    return bias;
}

std::string short_number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

/// One population with its incoming projections, from real numbers to fixed point.
class PopulationCompiler {
public:
    PopulationCompiler(const LayerGraph& graph, std::int32_t index)
        : graph_(graph),
          index_(index),
          population_(graph.populations[static_cast<std::size_t>(index)]),
          bias_(bias_of(population_)) {
        for (std::size_t p = 0; p < graph.projections.size(); ++p) {
            if (graph.projections[p].target == index) add_projection(p);
        }
    }

    /// Appends to the network; the population's own place is reserved already.
    void compile_into(CompiledNetwork& network) {
        CompiledPopulation& compiled = network.populations[static_cast<std::size_t>(index_)];
        compiled.name = population_.name;
        compiled.id = population_.id;
        compiled.shape = population_.shape;
        const Population& origin = origin_of(graph_, index_);
        compiled.has_amplitudes = std::holds_alternative<BernoulliRate>(origin.model);
        compiled.v_threshold = threshold_of(population_);
        if (is_relay()) return compile_relay(network, compiled);
        compiled.fraction_bits = choose_fraction_bits(network.warnings);
        compiled.worst_current = worst_charge(compiled.fraction_bits);
        for (const double b : bias_)
            compiled.bias.push_back(static_cast<std::int32_t>(to_charge(b, compiled.fraction_bits)));
        std::visit([&](const auto& model) { set_model(model, compiled); }, population_.model);
        for (std::size_t k = 0; k < projections_.size(); ++k)
            network.projections.push_back(compiled_projection(k, compiled.fraction_bits));
    }

private:
    bool is_relay() const { return std::holds_alternative<Relay>(population_.model); }

    /// Its "current" of a tick is the amplitudes that arrive: fixed point without a fraction. It causes no synaptic
    /// operations, because no network has it.
    void compile_relay(CompiledNetwork& network, CompiledPopulation& compiled) {
        compiled.fraction_bits = 0;
        compiled.worst_current = 1;
        compiled.v_threshold = amplitude_of(origin_of(graph_, index_));
        compiled.bias.assign(static_cast<std::size_t>(population_.shape.size()), 0);
        compiled.parameters = RelayParameters{};
        compiled.rearrangement = make_relay(std::get<Relay>(population_.model).rule);
        network.projections.push_back(compiled_projection(0, 0));
        std::ranges::fill(network.projections.back().fan_out, 0);
    }

    const Population& source_of(std::size_t p) const {
        return graph_.populations[static_cast<std::size_t>(graph_.projections[p].source)];
    }

    void add_projection(std::size_t p) {
        const Projection& projection = graph_.projections[p];
        const std::string where = "projection from \"" + source_of(p).name + "\" to \"" + population_.name + "\"";
        // A relay takes spikes, not charge: a spike adds its amplitude.
        const std::vector<double> amplitude =
            is_relay() ? std::vector<double>{1.0} : amplitude_of(origin_of(graph_, projection.source));
        projections_.push_back(compose(graph_, projection, amplitude, threshold_of(population_), where));
        numbers_.push_back(p);
        const bool is_analogue = std::holds_alternative<DirectCurrent>(source_of(p).model);
        const std::vector<double> worst = worst_sums(projections_.back(), population_.shape, 1);
        std::vector<double>& sum = is_analogue ? analogue_worst_ : spike_worst_;
        sum.resize(worst.size(), 0.0);
        for (std::size_t i = 0; i < worst.size(); ++i) sum[i] += worst[i];
        fan_in_sum_ += static_cast<double>(synapse_bound(projections_.back()));
    }

    /// No neuron has more synapses of the projection than this.
    static std::int64_t synapse_bound(const RealProjection& projection) {
        const std::int64_t amplitude = routed_amplitude(projection.routing, 1);
        if (const auto* convolution = std::get_if<RealConvolution>(&projection.synapses)) {
            return amplitude * static_cast<std::int64_t>(convolution->geometry.filter_count()) /
                   convolution->geometry.output.channels;
        }
        return amplitude * std::get<RealSparse>(projection.synapses).input.size();
    }

    /// Largest sum of a tick in real numbers, in thresholds.
    double worst() const {
        double largest = 0.0;
        for (std::size_t i = 0; i < bias_.size(); ++i) {
            largest = std::max(largest, (spike_worst_.empty() ? 0.0 : spike_worst_[i]) + std::abs(bias_[i]));
            if (!analogue_worst_.empty()) largest = std::max(largest, analogue_worst_[i]);
        }
        return largest;
    }

    /// Bound of a tick's sum in charge: rounding moves every weight by half a unit at most.
    Charge worst_charge(std::int32_t fraction_bits) const {
        double largest = 0.0;
        for (std::size_t i = 0; i < bias_.size(); ++i) {
            largest = std::max(largest, (spike_worst_.empty() ? 0.0 : spike_worst_[i]) + std::abs(bias_[i]));
        }
        return static_cast<Charge>(std::ceil(std::ldexp(largest, fraction_bits) + 0.5 * fan_in_sum_ + 1.0));
    }

    std::int32_t choose_fraction_bits(std::vector<std::string>& warnings) const {
        const double largest = worst();
        for (std::int32_t bits = population_.fraction_bits; bits >= 1; --bits) {
            if (!(std::ldexp(largest, bits) + 0.5 * fan_in_sum_ + 1.0 <= static_cast<double>(max_current))) continue;
            if (bits < population_.fraction_bits) {
                warnings.push_back("population \"" + population_.name + "\": " + std::to_string(bits) +
                                   " fraction bits instead of " + std::to_string(population_.fraction_bits) +
                                   ", because one tick can bring " + short_number(largest) + " thresholds");
            }
            return bits;
        }
        throw RefusedError("population \"" + population_.name + "\": one tick can bring " + short_number(largest) +
                           " thresholds, which fixed point cannot hold; its threshold (" +
                           short_number(threshold_of(population_).front()) + ") is too small for its weights");
    }

    void set_model(const DirectCurrent&, CompiledPopulation& compiled) const {
        compiled.parameters = AnalogueParameters{};
    }
    void set_model(const BernoulliRate& model, CompiledPopulation& compiled) const {
        const Charge maximum =
            std::max<Charge>(1, to_charge(model.maximum, input_fraction_bits - model.input_exponent));
        compiled.parameters = BernoulliParameters{maximum};
        compiled.encoder = make_bernoulli_rate({population_.shape, population_.id, maximum});
    }
    void set_model(const IntegrateAndFire& model, CompiledPopulation& compiled) const {
        IntegrateAndFireParameters parameters{Charge{1} << compiled.fraction_bits, std::nullopt};
        if (model.v_reset) parameters.v_reset = to_charge(*model.v_reset, compiled.fraction_bits);
        compiled.v_init = to_charge(model.v_init, compiled.fraction_bits);
        compiled.parameters = parameters;
        compiled.dynamics = make_integrate_and_fire(parameters);
    }
    void set_model(const TwoPhase& model, CompiledPopulation& compiled) const {
        const TwoPhaseParameters parameters{Charge{1} << compiled.fraction_bits, model.rule};
        compiled.v_init = to_charge(model.v_init, compiled.fraction_bits);
        compiled.parameters = parameters;
        compiled.dynamics = make_read_out();  // the first phase only integrates
        compiled.second_phase = make_two_phase_firing(parameters);
    }
    void set_model(const Relay&, CompiledPopulation&) const {}
    void set_model(const ReadOut&, CompiledPopulation& compiled) const {
        compiled.parameters = ReadOutParameters{};
        compiled.dynamics = make_read_out();
    }

    CompiledProjection compiled_projection(std::size_t k, std::int32_t fraction_bits) const {
        const Projection& projection = graph_.projections[numbers_[k]];
        CompiledProjection compiled{projection.source,
                                    projection.target,
                                    projection.delay,
                                    projections_[k].routing,
                                    round_synapses(projections_[k], fraction_bits),
                                    fan_out(graph_, projection),
                                    multiply_accumulates(projection)};
        return compiled;
    }

    const LayerGraph& graph_;
    std::int32_t index_;
    const Population& population_;
    std::vector<double> bias_;
    std::vector<RealProjection> projections_;
    std::vector<std::size_t> numbers_;  // of the projections in the graph
    std::vector<double> spike_worst_, analogue_worst_;
    double fan_in_sum_ = 0.0;
};

}  // namespace

CompiledNetwork compile(const LayerGraph& graph) {
    validate(graph);
    CompiledNetwork network;
    network.order = topological_order(graph);
    const std::vector<std::int32_t> phases = window_phases(graph);
    network.populations.resize(graph.populations.size());
    for (std::size_t p = 0; p < graph.populations.size(); ++p) {
        if (is_input(graph.populations[p].model)) {
            network.input = static_cast<std::int32_t>(p);
            network.input_exponent = input_exponent_of(graph.populations[p].model);
        }
        network.populations[p].phase = phases[p];
        PopulationCompiler(graph, static_cast<std::int32_t>(p)).compile_into(network);
    }
    return network;
}

}  // namespace syncopate
