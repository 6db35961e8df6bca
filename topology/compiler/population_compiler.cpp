#include "topology/compiler/population_compiler.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "neurons/bernoulli_rate.hpp"
#include "neurons/integrate_and_fire.hpp"
#include "neurons/read_out.hpp"
#include "neurons/relay.hpp"
#include "neurons/two_phase.hpp"
#include "topology/fan_out.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

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
    return {1.0};
}

/// The unit of charge of every target channel: its threshold; 1 for a read-out and for a linear population.
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

/// No neuron has more synapses of the projection than this, each counted as often as the routing sums spikes into it.
std::int64_t synapse_bound(const RealProjection& projection) {
    const std::int64_t amplitude = routed_amplitude(projection.routing, 1);
    if (const auto* convolution = std::get_if<RealConvolution>(&projection.synapses)) {
        return amplitude * static_cast<std::int64_t>(convolution->geometry.filter_count()) /
               convolution->geometry.output.channels;
    }
    return amplitude * std::get<RealSparse>(projection.synapses).input.size();
}

std::span<const double> weights_of(const RealProjection& projection) {
    return std::visit([](const auto& s) { return std::span<const double>(s.weights); }, projection.synapses);
}

double largest_of(const std::vector<double>& values) {
    return values.empty() ? 0.0 : *std::ranges::max_element(values);
}

/// Charge has room for |value| · 2^bits ≤ 2^30 if bits are at most this.
std::int32_t room_for(double value) {
    return value > 0.0 ? 30 - static_cast<std::int32_t>(std::ceil(std::log2(value))) : 30;
}

}  // namespace

PopulationCompiler::PopulationCompiler(const LayerGraph& graph, std::int32_t index,
                                       std::span<const std::vector<double>> value_bounds)
    : graph_(graph),
      index_(index),
      population_(graph.populations[static_cast<std::size_t>(index)]),
      is_wide_(std::holds_alternative<Linear>(population_.model)),
      bias_(bias_of(population_)) {
    for (std::size_t p = 0; p < graph.projections.size(); ++p) {
        if (graph.projections[p].target == index) add_projection(p, value_bounds);
    }
}

const Population& PopulationCompiler::source_of(std::size_t projection) const {
    return graph_.populations[static_cast<std::size_t>(graph_.projections[projection].source)];
}

void PopulationCompiler::add_projection(std::size_t p, std::span<const std::vector<double>> value_bounds) {
    const Projection& projection = graph_.projections[p];
    const Population& source = source_of(p);
    const std::string where = "projection from \"" + source.name + "\" to \"" + population_.name + "\"";
    // A relay takes spikes, not charge: a spike adds its amplitude.
    const std::vector<double> amplitude =
        is_relay() ? std::vector<double>{1.0} : amplitude_of(origin_of(graph_, projection.source));
    Incoming incoming;
    incoming.number = p;
    incoming.real = compose(graph_, projection, amplitude, threshold_of(population_), where);
    incoming.is_analogue = std::holds_alternative<DirectCurrent>(source.model);
    incoming.synapses = static_cast<double>(synapse_bound(incoming.real));
    fan_in_sum_ += incoming.synapses;
    std::vector<double> worst;
    if (std::holds_alternative<Linear>(source.model)) {
        is_wide_ = true;
        incoming.value_source = projection.source;
        const std::vector<double>& bounds = value_bounds[static_cast<std::size_t>(projection.source)];
        incoming.source_bound = largest_of(bounds);
        worst = worst_sums(incoming.real, population_.shape, bounds);
    } else {
        worst = worst_sums(incoming.real, population_.shape, 1);
    }
    std::vector<double>& sum = incoming.is_analogue ? analogue_worst_ : spike_worst_;
    sum.resize(worst.size(), 0.0);
    for (std::size_t k = 0; k < worst.size(); ++k) sum[k] += worst[k];
    incoming_.push_back(std::move(incoming));
}

double PopulationCompiler::spike_worst(std::size_t neuron) const {
    return (spike_worst_.empty() ? 0.0 : spike_worst_[neuron]) + std::abs(bias_[neuron]);
}

// ---- narrow populations

/// Largest sum of a tick in real numbers, in thresholds.
double PopulationCompiler::worst() const {
    double largest = 0.0;
    for (std::size_t i = 0; i < bias_.size(); ++i) {
        largest = std::max(largest, spike_worst(i));
        if (!analogue_worst_.empty()) largest = std::max(largest, analogue_worst_[i]);
    }
    return largest;
}

/// Bound of a tick's sum in charge: rounding moves every weight by half a unit at most.
Charge PopulationCompiler::worst_charge(std::int32_t fraction_bits) const {
    double largest = 0.0;
    for (std::size_t i = 0; i < bias_.size(); ++i) largest = std::max(largest, spike_worst(i));
    return static_cast<Charge>(std::ceil(std::ldexp(largest, fraction_bits) + 0.5 * fan_in_sum_ + 1.0));
}

std::int32_t PopulationCompiler::choose_fraction_bits(std::vector<std::string>& warnings) const {
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

// ---- wide populations

WidePopulation PopulationCompiler::prepare_wide() {
    WidePopulation wide{.index = index_, .is_linear = std::holds_alternative<Linear>(population_.model)};
    wide.fewest_bits = population_.fraction_bits;
    wide.bias_bits = wanted_fraction_bits(bias_, population_.fraction_bits).bits;
    wide.worst = largest_of(value_bounds());
    for (Incoming& incoming : incoming_) {
        const std::span<const double> weights = weights_of(incoming.real);
        for (const double weight : weights)
            incoming.largest_weight = std::max(incoming.largest_weight, std::abs(weight));
        incoming.wanted = wanted_fraction_bits(weights, population_.fraction_bits);
        incoming.largest_sum = largest_of(worst_sums(incoming.real, population_.shape, 1));
        // An analogue input has fraction bits of its own, and its products are rounded.
        wide.inputs.push_back(
            {incoming.value_source, incoming.is_analogue ? population_.fraction_bits : incoming.wanted.bits});
    }
    return wide;
}

std::vector<double> PopulationCompiler::value_bounds() const {
    // What reads a linear population relies on the bound; elsewhere the engine checks the input of every sample, and
    // room for eight standard deviations is enough.
    const double input = std::holds_alternative<Linear>(population_.model) ? max_input : 8.0;
    std::vector<double> bounds(bias_.size());
    for (std::size_t i = 0; i < bounds.size(); ++i)
        bounds[i] = spike_worst(i) + (analogue_worst_.empty() ? 0.0 : input * analogue_worst_[i]);
    return bounds;
}

/// The products of all analogue inputs are summed before they are rounded, so their weights have the same bits.
std::int32_t PopulationCompiler::analogue_bits() const {
    std::int32_t wanted = 0;
    for (const Incoming& incoming : incoming_) {
        if (incoming.is_analogue) wanted = std::max(wanted, incoming.wanted.bits);
    }
    return std::min(wanted, room_for(largest_of(analogue_worst_)));
}

std::int32_t PopulationCompiler::weight_bits(const Incoming& incoming, const WideFormat& format) const {
    const std::int32_t own = format.fraction_bits[static_cast<std::size_t>(index_)];
    if (incoming.is_analogue) return analogue_bits();
    const std::int32_t before =
        incoming.value_source < 0 ? 0 : format.fraction_bits[static_cast<std::size_t>(incoming.value_source)];
    return std::min({own - before, incoming.wanted.bits, room_for(incoming.largest_weight)});
}

double PopulationCompiler::rounding_error(const WideFormat& format) const {
    double error = std::ldexp(0.5, -format.fraction_bits[static_cast<std::size_t>(index_)]);  // of the bias
    if (!analogue_worst_.empty()) error *= 2.0;
    for (const Incoming& incoming : incoming_) {
        const double source_error =
            incoming.value_source < 0 ? 0.0 : format.error[static_cast<std::size_t>(incoming.value_source)];
        const double bound = incoming.is_analogue ? max_input : incoming.source_bound + source_error;
        const std::int32_t bits = weight_bits(incoming, format);
        const bool is_exact = incoming.wanted.is_exact && bits >= incoming.wanted.bits;
        error +=
            incoming.largest_sum * source_error + (is_exact ? 0.0 : incoming.synapses * std::ldexp(0.5, -bits) * bound);
    }
    return error;
}

double PopulationCompiler::wide_worst(const WideFormat& format) const {
    double largest = 0.0;
    for (std::size_t i = 0; i < bias_.size(); ++i) largest = std::max(largest, spike_worst(i));
    const auto own = static_cast<std::size_t>(index_);
    return std::ceil(std::ldexp((largest + format.error[own]) * (1.0 + 0x1p-30), format.fraction_bits[own]) + 1.0);
}

bool PopulationCompiler::fits(const WideFormat& format) const {
    const std::int32_t bits = format.fraction_bits[static_cast<std::size_t>(index_)];
    for (const Incoming& incoming : incoming_) {
        if (weight_bits(incoming, format) < 0) return false;
    }
    const double most = std::max(wide_worst(format), std::ldexp(largest_of(value_bounds()), bits));
    return most <= static_cast<double>(max_wide_current);
}

/// Weights that are told apart by less than a part in 2^8 of the largest are worth a word.
void PopulationCompiler::warn_of_coarse_weights(const WideFormat& format, std::vector<std::string>& warnings) const {
    constexpr std::int32_t few = 8;
    for (const Incoming& incoming : incoming_) {
        if (incoming.largest_weight == 0.0) continue;
        const std::int32_t bits = weight_bits(incoming, format);
        const std::int32_t significant = bits + std::ilogb(incoming.largest_weight) + 1;
        if (bits >= incoming.wanted.bits || significant >= few) continue;
        warnings.push_back("projection from \"" + source_of(incoming.number).name + "\" to \"" + population_.name +
                           "\": its largest weight keeps " + std::to_string(std::max(significant, 0)) +
                           " binary digits, because the chain of linear operators it belongs to can bring large sums; "
                           "an activation in between would shorten the chain");
    }
}

// ---- into the network

void PopulationCompiler::compile_into(CompiledNetwork& network, const WideFormat* format, FanOuts fan_outs) const {
    CompiledPopulation& compiled = network.populations[static_cast<std::size_t>(index_)];
    compiled.name = population_.name;
    compiled.id = population_.id;
    compiled.shape = population_.shape;
    const Population& origin = origin_of(graph_, index_);
    compiled.has_amplitudes = std::holds_alternative<BernoulliRate>(origin.model);
    compiled.v_threshold = threshold_of(population_);
    compiled.is_wide = is_wide_;
    if (is_relay()) return compile_relay(network, compiled);
    if (is_wide_) {
        compiled.fraction_bits = format->fraction_bits[static_cast<std::size_t>(index_)];
        compiled.worst_current = static_cast<Charge>(wide_worst(*format));
        warn_of_coarse_weights(*format, network.warnings);
    } else {
        compiled.fraction_bits = choose_fraction_bits(network.warnings);
        compiled.worst_current = worst_charge(compiled.fraction_bits);
    }
    for (const double b : bias_) compiled.bias.push_back(to_charge(b, compiled.fraction_bits));
    std::visit([&](const auto& model) { set_model(model, compiled); }, population_.model);
    for (const Incoming& incoming : incoming_) {
        const std::int32_t bits = is_wide_ ? weight_bits(incoming, *format) : compiled.fraction_bits;
        CompiledProjection projection = compiled_projection(incoming, bits);
        const std::int32_t before =
            incoming.value_source < 0 ? 0 : format->fraction_bits[static_cast<std::size_t>(incoming.value_source)];
        if (incoming.is_analogue) {
            projection.product_shift = input_fraction_bits + bits - compiled.fraction_bits;
        } else {
            projection.shift = compiled.fraction_bits - before - bits;
        }
        projection.fan_out = std::move(fan_outs[incoming.number]);
        network.projections.push_back(std::move(projection));
    }
}

/// Its "current" of a tick is the amplitudes that arrive: fixed point without a fraction.
void PopulationCompiler::compile_relay(CompiledNetwork& network, CompiledPopulation& compiled) const {
    compiled.fraction_bits = 0;
    compiled.worst_current = 1;
    compiled.v_threshold = amplitude_of(origin_of(graph_, index_));
    compiled.bias.assign(static_cast<std::size_t>(population_.shape.size()), 0);
    compiled.parameters = RelayParameters{};
    compiled.rearrangement = make_relay(std::get<Relay>(population_.model).rule);
    network.projections.push_back(compiled_projection(incoming_.front(), 0));
    // It causes no synaptic operations, because no network has it.
    network.projections.back().fan_out.assign(static_cast<std::size_t>(population_.shape.size()), 0);
}

void PopulationCompiler::set_model(const DirectCurrent&, CompiledPopulation& compiled) const {
    compiled.parameters = AnalogueParameters{};
}

void PopulationCompiler::set_model(const BernoulliRate& model, CompiledPopulation& compiled) const {
    const Charge maximum = std::max<Charge>(1, to_charge(std::min(model.maximum, max_input), input_fraction_bits));
    compiled.parameters = BernoulliParameters{maximum};
    compiled.encoder = make_bernoulli_rate({population_.shape, population_.id, maximum});
}

void PopulationCompiler::set_model(const IntegrateAndFire& model, CompiledPopulation& compiled) const {
    IntegrateAndFireParameters parameters{Charge{1} << compiled.fraction_bits, std::nullopt};
    if (model.v_reset) parameters.v_reset = to_charge(*model.v_reset, compiled.fraction_bits);
    compiled.v_init = to_charge(model.v_init, compiled.fraction_bits);
    compiled.parameters = parameters;
    compiled.dynamics = make_integrate_and_fire(parameters);
}

void PopulationCompiler::set_model(const TwoPhase& model, CompiledPopulation& compiled) const {
    const TwoPhaseParameters parameters{Charge{1} << compiled.fraction_bits, model.rule};
    compiled.v_init = to_charge(model.v_init, compiled.fraction_bits);
    compiled.parameters = parameters;
    compiled.dynamics = make_read_out();  // the first phase only integrates
    compiled.second_phase = make_two_phase_firing(parameters);
}

void PopulationCompiler::set_model(const Relay&, CompiledPopulation&) const {}

void PopulationCompiler::set_model(const ReadOut&, CompiledPopulation& compiled) const {
    compiled.parameters = ReadOutParameters{};
    compiled.dynamics = make_read_out();
}

void PopulationCompiler::set_model(const Linear&, CompiledPopulation& compiled) const {
    compiled.parameters = LinearParameters{};
    compiled.dynamics = make_read_out();  // its potential is the sum of what it has handed on
}

CompiledProjection PopulationCompiler::compiled_projection(const Incoming& incoming, std::int32_t weight_bits) const {
    const Projection& projection = graph_.projections[incoming.number];
    return {.source = projection.source,
            .target = projection.target,
            .delay = projection.delay,
            .routing = incoming.real.routing,
            .synapses = round_synapses(incoming.real, weight_bits),
            .fan_out = {},
            .multiply_accumulates = multiply_accumulates(projection)};
}

}  // namespace syncopate
