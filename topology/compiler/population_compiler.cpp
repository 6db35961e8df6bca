#include "topology/compiler/population_compiler.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "topology/fan_out.hpp"
#include "topology/spike_worth.hpp"
#include "topology/stage_support.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <ranges>

namespace syncopate {

namespace {

/// The unit of charge of every target channel: its threshold; 1 for a read-out and for a linear population.
std::string short_number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

/// No neuron has more synapses of the projection than this, each counted as often as the routing sums spikes into it.
double synapse_bound(const RealProjection& projection) {
    const double amplitude = routed_amplitude(projection.routing, 1.0);
    if (const auto* convolution = std::get_if<RealConvolution>(&projection.synapses)) {
        const std::size_t of_neuron =
            convolution->geometry.filter_count() / to_size(convolution->geometry.output.channels);
        return amplitude * static_cast<double>(of_neuron);
    }
    // A list has one synapse at most from a source to a target: moves never join two sources, a convolution meets a
    // pair of places once, and add_to_sparse adds up what other paths bring.
    return amplitude * static_cast<double>(std::get<RealSparse>(projection.synapses).input.size());
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

PopulationCompiler::PopulationCompiler(const LayerGraph& graph, PopulationIndex index)
    : graph_(graph),
      index_(index),
      population_(graph.populations[index]),
      is_wide_(population_.model.role() == PopulationRole::linear),
      bias_(bias_of(population_)) {
    // Nothing is summed before a maximum.
    if (population_.model.role() == PopulationRole::pooling) return;
    for (std::size_t p = 0; p < graph.projections.size(); ++p) {
        if (graph.projections[p].target == index) add_projection(p);
    }
}

const Population& PopulationCompiler::source_of(std::size_t projection) const {
    return graph_.populations[graph_.projections[projection].source];
}

void PopulationCompiler::add_projection(std::size_t p) {
    const Projection& projection = graph_.projections[p];
    const Population& source = source_of(p);
    const std::string where = "projection from \"" + source.name + "\" to \"" + population_.name + "\"";
    // A relay takes spikes, not charge: a spike adds its amplitude.
    const std::vector<double> worth = is_relay() ? std::vector<double>{1.0} : spike_worth(graph_, projection.source);
    Incoming incoming;
    incoming.number = p;
    incoming.real = compose(graph_, projection, worth, threshold_of(population_), where);
    incoming.is_analogue = source.model.role() == PopulationRole::constant_current;
    incoming.synapses = synapse_bound(incoming.real);
    fan_in_sum_ += incoming.synapses;
    // What a linear population hands on is bounded by the engine as it comes, since bounds known beforehand multiply
    // along a chain. The analogue input is kept apart because its size comes with the sample.
    if (source.model.role() == PopulationRole::linear) {
        is_wide_ = true;
        incoming.value_source = projection.source;
    } else {
        const std::vector<double> worst = worst_sums(incoming.real, population_.shape, 1);
        std::vector<double>& sum = incoming.is_analogue ? analogue_worst_ : spike_worst_;
        sum.resize(worst.size(), 0.0);
        for (std::size_t k = 0; k < worst.size(); ++k) sum[k] += worst[k];
    }
    incoming_.push_back(std::move(incoming));
}

double PopulationCompiler::spike_worst(std::size_t neuron) const {
    return (spike_worst_.empty() ? 0.0 : spike_worst_[neuron]) + bias_.worst[neuron];
}

// ---- narrow populations

/// Largest sum of a tick in real numbers, in thresholds.
double PopulationCompiler::worst() const {
    double largest = 0.0;
    for (std::size_t i = 0; i < bias_.constant.size(); ++i) {
        largest = std::max(largest, spike_worst(i));
        // Not added to what spikes bring: for inputs of magnitude 1 this keeps the weights within 30 bits, and the
        // engine holds what a sample really brings to what is left.
        if (!analogue_worst_.empty()) largest = std::max(largest, analogue_worst_[i]);
    }
    return largest;
}

// Why no sum of a tick leaves 32 bits.
//
// In real numbers, in thresholds, spikes of one tick and the bias bring neuron i at most B_i = Σ|w|·(times a pool can
// send it) + |b_i|; any partial sum, in any order, is no larger. In fixed point every weight is w·2^F rounded, so it is
// off by half a unit at most, and so often as the pool sends it: n/2 units in all, n the largest fan-in so counted. The
// bias is off by half a unit, that of the tick by another: hence + 1. If B·2^F + n/2 + 1 ≤ 2^30 − 1
// for the largest B, then 32 bits hold spikes and bias with a factor of 2 to spare, which is the analogue input's: its
// size comes with the sample, and the engine holds it to what is left (add_analogue_current).
// The bits are chosen by this bound and the bound is kept (worst_current): both are the same expression.

/// Bound of a tick's sum in charge: rounding moves every weight by half a unit at most.
Charge PopulationCompiler::worst_charge(std::int32_t fraction_bits) const {
    double largest = 0.0;
    for (std::size_t i = 0; i < bias_.constant.size(); ++i) largest = std::max(largest, spike_worst(i));
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

WidePopulation PopulationCompiler::prepare_wide(std::span<const UsualValues> usual) {
    WidePopulation wide{.index = index_, .is_linear = population_.model.role() == PopulationRole::linear};
    wide.fewest_bits = population_.fraction_bits;
    wide.bias_bits = std::max(wanted_fraction_bits(bias_.constant, population_.fraction_bits).bits,
                              wanted_fraction_bits(bias_.of_ticks, population_.fraction_bits).bits);
    usual_ = {std::vector<double>(bias_.constant.size(), 0.0), std::vector<double>(bias_.constant.size(), 0.0)};
    constexpr std::int32_t least_digits = 16;
    for (Incoming& incoming : incoming_) {
        const std::span<const double> weights = weights_of(incoming.real);
        for (const double weight : weights)
            incoming.largest_weight = std::max(incoming.largest_weight, std::abs(weight));
        incoming.wanted = wanted_fraction_bits(weights, population_.fraction_bits);
        const std::vector<double> sums = worst_sums(incoming.real, population_.shape, 1);
        incoming.largest_sum = largest_of(sums);
        add_usual(incoming, sums, usual);
        const std::int32_t coarse =
            incoming.largest_weight > 0.0 ? least_digits - 1 - std::ilogb(incoming.largest_weight) : 0;
        // An analogue input has fraction bits of its own, and its products are rounded.
        wide.inputs.push_back({incoming.value_source,
                               incoming.is_analogue ? population_.fraction_bits : incoming.wanted.bits,
                               std::min(incoming.wanted.bits, incoming.is_analogue ? 0 : coarse)});
    }
    // The sum of all magnitudes is a certain bound, but along a chain it grows far beyond what arrives (10^12
    // thresholds in Xception, where a few do). So sums are taken to stay within 64 standard deviations of independent
    // terms. No more than the choice of bits depends on it: it leaves a factor of 2^12 before the engine, which adds up
    // what really comes, refuses a sample.
    constexpr double many_deviations = 64.0;
    for (std::size_t i = 0; i < bias_.constant.size(); ++i) {
        usual_.magnitude[i] = std::min(usual_.magnitude[i], many_deviations * std::sqrt(usual_.square[i]));
        usual_.magnitude[i] += bias_.worst[i];
        usual_.square[i] += bias_.worst[i] * bias_.worst[i];
    }
    wide.magnitude = largest_of(usual_.magnitude);
    return wide;
}

/// Adds what a projection usually brings: at most if all terms have one sign, and in the mean if they are independent.
/// `sums`: of |weight|, for every neuron.
void PopulationCompiler::add_usual(const Incoming& incoming, const std::vector<double>& sums,
                                   std::span<const UsualValues> usual) {
    constexpr double usual_input = 8.0;  // standard deviations
    const double factor = incoming.is_analogue ? usual_input : 1.0;
    // Variances of independent terms add up with the squares of the weights, so worst_sums serves for them with squared
    // weights.
    RealProjection squared = incoming.real;
    std::visit(
        [](auto& s) {
            for (double& weight : s.weights) weight *= weight;
        },
        squared.synapses);
    std::vector<double> magnitudes = sums, squares;
    if (incoming.value_source) {
        const UsualValues& source = usual[*incoming.value_source];
        magnitudes = worst_sums(incoming.real, population_.shape, source.magnitude);
        squares = worst_sums(squared, population_.shape, source.square);
    } else {
        squares = worst_sums(squared, population_.shape, 1);
    }
    for (std::size_t i = 0; i < magnitudes.size(); ++i) {
        usual_.magnitude[i] += factor * magnitudes[i];
        usual_.square[i] += factor * factor * squares[i];
    }
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
    if (incoming.is_analogue) return analogue_bits();
    const std::int32_t before = incoming.value_source ? format.value_bits[*incoming.value_source] : 0;
    const std::int32_t own = format.sum_bits[index_];
    // What the weights do not want is not given to them but made up by `shift`, exactly, so they stay small whole
    // numbers; the last term keeps them within 32 bits.
    return std::min({own - before, incoming.wanted.bits, room_for(incoming.largest_weight)});
}

/// Bound of Σ|weight| in fixed point: rounding moves every weight by half a unit at most.
double PopulationCompiler::largest_charge(const Incoming& incoming, std::int32_t bits) const {
    return std::ldexp(incoming.largest_sum, bits) + 0.5 * incoming.synapses;
}

double PopulationCompiler::wide_worst(const WideFormat& format) const {
    const std::int32_t own = format.sum_bits[index_];
    double largest = 0.0;
    for (const double b : bias_.worst) largest = std::max(largest, std::ldexp(b, own));
    for (const Incoming& incoming : incoming_) {
        if (incoming.is_analogue || incoming.value_source) continue;
        const std::int32_t bits = weight_bits(incoming, format);
        // The largest sums of all projections are added though they may belong to different neurons: simpler, and 60
        // bits have room for it.
        largest += std::ldexp(largest_charge(incoming, bits), own - bits);
    }
    return std::ceil(largest + 1.0);
}

bool PopulationCompiler::fits(const WideFormat& format) const {
    for (const Incoming& incoming : incoming_) {
        if (weight_bits(incoming, format) < 0) return false;
    }
    return wide_worst(format) <= static_cast<double>(max_wide_current);
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
    CompiledPopulation& compiled = network.populations[index_];
    compiled.name = population_.name;
    compiled.id = population_.id;
    compiled.shape = population_.shape;
    const AmplitudeRange amplitudes = spike_amplitudes(graph_, index_);
    compiled.max_amplitude = std::max(amplitudes.most, -amplitudes.least);
    compiled.has_amplitudes = !(amplitudes == AmplitudeRange{});
    compiled.v_threshold = threshold_of(population_);
    compiled.is_wide = is_wide_;
    if (is_relay()) return compile_relay(network, compiled);
    if (population_.model.role() == PopulationRole::pooling) return compile_pool(network, compiled);
    if (is_wide_) {
        compiled.fraction_bits = format->value_bits[index_];
        compiled.carry_bits = format->sum_bits[index_] - compiled.fraction_bits;
        compiled.worst_current = static_cast<Charge>(wide_worst(*format));
        warn_of_coarse_weights(*format, network.warnings);
    } else {
        compiled.fraction_bits = choose_fraction_bits(network.warnings);
        compiled.worst_current = worst_charge(compiled.fraction_bits);
    }
    // Whatever enters a sum has the bits of the sum; those that are carried go only when a value is handed on.
    const std::int32_t sum_bits = compiled.fraction_bits + compiled.carry_bits;
    for (const double b : bias_.constant) compiled.bias.push_back(to_charge(b, sum_bits));
    if (population_.tick_bias) {
        compiled.tick_bias = CompiledTickBias{.T = population_.tick_bias->T};
        for (const double b : bias_.of_ticks) compiled.tick_bias->values.push_back(to_charge(b, sum_bits));
    }
    population_.model.compile(compiled);
    for (const Incoming& incoming : incoming_) {
        const std::int32_t bits = is_wide_ ? weight_bits(incoming, *format) : compiled.fraction_bits;
        CompiledProjection projection = compiled_projection(incoming, bits);
        // A product has the fraction bits of both factors. What the analogue input brings, which has 24 itself, is
        // rounded to the bits of the sum once all products are added. What spikes and values bring never has more bits
        // than the sum (weight_bits), so it is shifted up, and nothing is rounded.
        const std::int32_t before = incoming.value_source ? format->value_bits[*incoming.value_source] : 0;
        if (incoming.is_analogue) {
            projection.product_shift = input_fraction_bits + bits - sum_bits;
        } else {
            projection.shift = sum_bits - before - bits;
        }
        if (incoming.value_source) projection.largest_sum = largest_charge(incoming, bits);
        // Moved, because it is 8 bytes for each source neuron of each projection.
        projection.fan_out = std::move(fan_outs[incoming.number]);
        network.projections.push_back(std::move(projection));
    }
}

/// Its "current" of a tick is the amplitudes that arrive: fixed point without a fraction.
void PopulationCompiler::compile_relay(CompiledNetwork& network, CompiledPopulation& compiled) const {
    compiled.fraction_bits = 0;
    compiled.worst_current = 1;
    compiled.v_threshold = spike_worth(graph_, index_);
    compiled.bias.assign(to_size(population_.shape.size()), 0);
    population_.model.compile(compiled);
    // Worth 1 over a unit of 1: the weights are exactly 1 and need no fraction bits.
    network.projections.push_back(compiled_projection(incoming_.front(), 0));
    // It causes no synaptic operations, because no network has it.
    network.projections.back().fan_out.assign(to_size(population_.shape.size()), 0);
}

/// Spikes reach pooling neurons as they are, so its projections have a routing at most.
void PopulationCompiler::compile_pool(CompiledNetwork& network, CompiledPopulation& compiled) const {
    compiled.fraction_bits = 0;
    compiled.v_threshold = spike_worth(graph_, index_);
    compiled.bias.assign(to_size(population_.shape.size()), 0);
    population_.model.compile(compiled);
    const Shape input = compiled.pool_window.input(compiled.shape);
    for (const Projection& projection : graph_.projections) {
        if (projection.target != index_) continue;
        const Shape& source = graph_.populations[projection.source].shape;
        CompiledProjection own;
        own.source = projection.source;
        own.target = projection.target;
        own.delay = projection.delay;
        own.fan_out.assign(to_size(source.size()), 0);  // as of fan_outs: a maximum adds nothing
        const Gather moves{source, input, moves_into_pool(graph_, projection)};
        // The shapes are compared as well: rows lie by shape, so a reshape moves them.
        if (!(source == input) || !std::ranges::equal(moves.source, std::views::iota(0, moves.input.size()))) {
            Remap remap{source, input, {}, {}};
            invert(moves, remap.begin, remap.targets);
            own.routing.emplace_back(std::move(remap));
        }
        network.projections.push_back(std::move(own));
    }
}

CompiledProjection PopulationCompiler::compiled_projection(const Incoming& incoming, std::int32_t weight_bits) const {
    const Projection& projection = graph_.projections[incoming.number];
    return {.source = projection.source,
            .target = projection.target,
            .delay = projection.delay,
            .routing = incoming.real.routing,
            .synapses = std::make_shared<const Synapses>(round_synapses(incoming.real, weight_bits)),
            .fan_out = {},
            .multiply_accumulates = multiply_accumulates(projection)};
}

}  // namespace syncopate
