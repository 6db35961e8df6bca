#pragma once

#include "core/charge.hpp"
#include "core/index.hpp"
#include "core/neuron_dynamics.hpp"
#include "core/pooling.hpp"
#include "core/population_role.hpp"
#include "core/routing_steps.hpp"
#include "core/shape.hpp"
#include "core/spikes/spike_source.hpp"
#include "core/spikes/train_rearrangement.hpp"
#include "core/spikes/window_firing.hpp"
#include "core/synapses.hpp"
#include "core/tick.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

/// Spikes of the source, or values of a linear one, `delay` ticks old, through the routing in order, then through the
/// synapses into the target.
struct CompiledProjection {
    PopulationIndex source;
    PopulationIndex target;
    Tick delay = 0;
    std::vector<Routing> routing;
    std::shared_ptr<const Synapses> synapses;  // networks that have the same share them; none into pooling neurons
    std::vector<std::int64_t> fan_out;         // synaptic operations of one spike of every source neuron (C·H·W),
                                               // counted on the operators of the original network
    std::int64_t multiply_accumulates = 0;     // of a dense evaluation, for analogue sources
    std::int32_t shift = 0;                    // what spikes or values bring counts 2^shift times; wide targets only
    double largest_sum = 0.0;                  // of |weight| that reach a neuron; of projections that carry values
    std::int32_t product_shift = input_fraction_bits;  // what a constant current brings is divided by 2^product_shift
};

/// The model of a population as data: for the reference simulator, which has its own update for every model, and for
/// reports. The engine does not read it.
struct CompiledModel {
    std::string name;                                         // as in network files
    std::map<std::string, Charge, std::less<>> numbers = {};  // in fixed point, by name
    std::string rule = {};  // how the spikes are chosen, if the model has several ways
};

/// Of neurons that lose no charge: what arrived in a window is what was sent, plus what is left, less v_init.
struct ChargeBalance {
    Charge v_threshold = 0;
    bool keeps_sent = false;  // what is left still has what was sent in it
    Charge rounding = 0;      // added to what arrived before it is cut off to whole thresholds
};

/// A current for every tick of a window, one value a channel.
struct CompiledTickBias {
    Tick T = 0;                       // ticks of the window that it was made for
    std::vector<Charge> values = {};  // [tick][channel]
};

/// Parameters of a compiled population, all in fixed point.
struct CompiledPopulation {
    std::string name;
    std::uint32_t id = 0;
    Shape shape;
    std::int32_t fraction_bits = 24;
    std::vector<double> v_threshold;  // θ in the activation's units, one value or one a channel; for reports
    Charge v_init = 0;
    std::vector<Charge> bias;                        // current of every tick, one value a neuron (C·H·W)
    std::optional<CompiledTickBias> tick_bias = {};  // added to it
    Charge worst_current = 0;                        // proven: no tick's spikes and bias sum to more, in magnitude
    std::int32_t max_amplitude = 1;                  // of its spikes
    bool has_amplitudes = false;                     // whether they may have amplitudes other than 1
    bool is_wide = false;         // sums a tick in 64 bits: it is linear, or takes the values of a linear one
    std::int32_t carry_bits = 0;  // a linear one's sums have so many fraction bits more than what it hands on
    std::int32_t phase = 0;       // the window in which it takes its input: ticks phase · T … phase · T + T − 1
    PopulationRole role = PopulationRole::neurons;
    CompiledModel model;
    std::optional<ChargeBalance> balance;                     // none: charge is lost, or nobody fires
    std::unique_ptr<const NeuronDynamics> dynamics;           // none: an input or a relay
    std::unique_ptr<const SpikeSource> encoder;               // of an input that spikes
    std::unique_ptr<const WindowFiring> second_phase;         // of two-phase neurons
    std::shared_ptr<const TrainRearrangement> rearrangement;  // of a relay
    std::unique_ptr<const PoolingRule> pooling;               // of pooling neurons
    PoolWindow pool_window = {};                              // likewise

    bool is_pooling() const { return role == PopulationRole::pooling; }
    bool is_relay() const { return role == PopulationRole::relay; }
    /// Whether it needs its whole window of input before it can send the first spike.
    bool holds_window() const { return second_phase != nullptr || is_relay(); }
    /// The window in which it sends its spikes.
    std::int32_t emission_phase() const { return phase + (holds_window() ? 1 : 0); }
    bool spikes() const {
        return encoder != nullptr || holds_window() || is_pooling() || (dynamics != nullptr && dynamics->fires());
    }
    bool is_read_out() const { return role == PopulationRole::read_out; }
    /// Whether it hands the sum of every tick on as a value, within the tick.
    bool is_linear() const { return role == PopulationRole::linear; }
    /// No tick's spikes, bias and analogue input may bring more, in magnitude. Spikes and bias of a narrow population
    /// stay below max_current, half of what 32 bits hold, so that the analogue input has the other half.
    Charge current_limit() const { return is_wide ? max_wide_current : 2 * max_current; }
};

/// What the engine runs: immutable, complete, checked.
struct CompiledNetwork {
    std::vector<CompiledPopulation> populations;
    std::vector<CompiledProjection> projections;
    std::vector<PopulationIndex> order;  // of service within a tick: zero-delay projections go forward
    PopulationIndex input;
    std::int32_t input_exponent = 0;    // the sample enters as x·2^−input_exponent (to_fixed_input)
    std::vector<std::string> warnings;  // such as a lowered number of fraction bits
};

}  // namespace syncopate
