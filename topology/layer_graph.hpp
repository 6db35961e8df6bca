#pragma once

#include "core/neuron_dynamics.hpp"
#include "core/shape.hpp"
#include "neurons/rearrangement.hpp"
#include "topology/ann_graph.hpp"
#include "topology/linear_stage.hpp"
#include "topology/tensor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace syncopate {

/// The analogue input as a constant current of every tick ("direct coding"); it sends no spikes.
struct DirectCurrent {
    std::int32_t input_exponent = 0;  // the input enters as x·2^−input_exponent, the weights it meets times 2^exponent
};

/// The input as spikes of amplitude sign(x), drawn at every tick with probability min(|x| / maximum, 1).
struct BernoulliRate {
    double maximum = 1.0;             // > 0, in units of the preprocessed input
    std::int32_t input_exponent = 0;  // as of DirectCurrent; maximum ≤ max_input · 2^input_exponent
};

/// Integrate-and-fire: every tick v += current + bias; a spike if v ≥ v_threshold; then v −= v_threshold, or v =
/// v_reset.
struct IntegrateAndFire {
    std::vector<double> v_threshold = {1.0};  // θ, one value or one for each channel, > 0, in units of the activation
    double v_init = 0.5;                      // in thresholds
    std::optional<double> v_reset = {};       // in thresholds; none: reset by subtraction
};

/// Integrates and never fires; the output at t is the mean of ticks 1…t.
struct ReadOut {};

/// Hands the sum of its currents and its bias on as a value, within the tick; it has no potential and sends no spikes.
/// What several projections would have to repeat, or what would compose to far more synapses than its stages have, is
/// summed here once (DESIGN.md, section 4, has the arithmetic).
struct Linear {};

/// Accumulates a window without firing and spikes in the next one (neurons/two_phase.hpp).
struct TwoPhase {
    std::vector<double> v_threshold = {1.0};  // θ, as of IntegrateAndFire
    double v_init = 0.0;                      // in thresholds
    TwoPhaseRule rule = TwoPhaseRule::stochastic;
};

/// Withholds the window of one other population and sends its spikes again, rearranged, in the next; a spike is worth
/// what its source's is.
struct Relay {
    Rearrangement rule = {};
};

using NeuronModel = std::variant<DirectCurrent, BernoulliRate, IntegrateAndFire, ReadOut, TwoPhase, Relay, Linear>;

/// Whether populations of the model turn the sample into spikes or current.
bool is_input(const NeuronModel& model);
/// The power of two by which such a population divides the input; 0 for others.
std::int32_t input_exponent_of(const NeuronModel& model);
/// The largest exponent that is possible.
inline constexpr std::int32_t largest_input_exponent = 24;
/// Whether they send spikes.
bool sends_spikes(const NeuronModel& model);
/// Whether they need their whole window of input before they send the first spike of the window after it.
bool holds_window(const NeuronModel& model);

/// Neurons of one model with one shape.
struct Population {
    std::string name;      // unique, not empty
    std::uint32_t id = 0;  // keys the random draws; derived from the name when made, then kept
    Shape shape;
    NeuronModel model;
    std::vector<double> bias = {};  // current of every tick: none, one value for each channel, or one for each neuron
    std::int32_t fraction_bits = 24;
    /// The activation that the population replaces, so that the network can still be run as the ANN it was.
    std::variant<std::monostate, AnnRelu, AnnStep> activation = {};
};

/// A linear map from one population's spikes to another's current: stages applied in order, none = identity.
struct Projection {
    std::int32_t source = 0;  // positions in LayerGraph::populations
    std::int32_t target = 0;
    std::int32_t delay = 0;  // ticks
    std::vector<LinearStage> stages;
};

/// What the numbers of a data set are, which decides what preprocessing does with them.
enum class InputRange : std::uint8_t {
    unit,   // pixels over 255: x·255·scale, minus mean, over std
    byte,   // pixels 0 … 255: x·scale, minus mean, over std
    ready,  // the network's input: taken as they are
};

/// How raw data become the network's input. Pixels 0 … 255: x·scale, minus mean, over std, each channel. Values 0 … 1
/// are pixels over 255: x·255·scale, minus mean, over std. Data that are ready are taken as they are.
struct Preprocessing {
    double scale = 1.0 / 255.0;                     // > 0
    std::vector<double> mean;                       // none, or one for each channel
    std::vector<double> std;                        // none, or one for each channel, > 0
    std::optional<Extent> resize = {};              // bilinear, half-pixel centres, before anything else
    std::optional<std::int32_t> shorter_side = {};  // or: to this, keeping the aspect, bilinear with antialiasing
    std::optional<Extent> center_crop = {};         // of what has been resized
    bool stated = false;                            // false: nobody said, and a run warns
    /// What the calibration data were taken for; other data that could be more than one thing are taken for the same.
    std::optional<InputRange> calibrated_range = {};
};

/// The largest magnitude that a pixel can have behind the preprocessing.
double largest_pixel_input(const Preprocessing& preprocessing);

/// A spiking network as plain data: written, loaded, printed, edited; compiled before it runs.
struct LayerGraph {
    std::vector<Population> populations;
    std::vector<Projection> projections;
    std::vector<Tensor> tensors;
    Preprocessing preprocessing;
    std::vector<std::string> class_names;
    std::vector<std::string> notes;  // provenance: how it was converted, one fact a line
};

/// The id that belongs to a name (FNV-1a, 32 bits).
std::uint32_t population_id(std::string_view name);

/// Position of the population called `name`; throws Error listing the nearest names.
std::int32_t find_population(const LayerGraph& graph, std::string_view name);

/// Order of the populations in which every projection with delay 0 goes forward.
/// Throws Error naming the populations on a cycle whose total delay is 0.
std::vector<std::int32_t> topological_order(const LayerGraph& graph);

/// The window in which every population takes its input, and, one later for those that hold it, sends its spikes:
/// the longest path from the input, counted in populations that hold a window (DESIGN.md, section 2).
/// Throws Error naming the population if one that holds its window lies on a cycle.
std::vector<std::int32_t> window_phases(const LayerGraph& graph);

/// Throws Error, naming population or projection, value and remedy, unless the graph can be compiled:
/// unique names and ids, exactly one input, thresholds > 0 and finite, stages that fit together, delays ≥ 0,
/// cycles with a delay, no projection into an input or out of a read-out, no delay behind an analogue input or a
/// linear population, no linear population on a cycle,
/// relays with exactly one plain projection from a population that spikes, no held window on a cycle.
void validate(const LayerGraph& graph);

}  // namespace syncopate
