#pragma once

#include "core/index.hpp"
#include "core/shape.hpp"
#include "neurons/neuron_model.hpp"
#include "topology/ann_graph.hpp"
#include "topology/linear_stage.hpp"
#include "topology/preprocessing.hpp"
#include "topology/tensor.hpp"
#include "topology/tick_bias.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace syncopate {

/// Neurons of one model with one shape.
struct Population {
    std::string name;      // unique, not empty
    std::uint32_t id = 0;  // keys the random draws; derived from the name when made, then kept
    Shape shape;
    NeuronModel model;
    std::vector<double> bias = {};  // current of every tick: none, one value for each channel, or one for each neuron
    std::optional<TickBias> tick_bias = {};  // current of single ticks, added to that
    std::int32_t fraction_bits = 24;
    /// The activation that the population replaces, so that the network can still be run as the ANN it was.
    std::variant<std::monostate, AnnRelu, AnnStep> activation = {};
};

/// A linear map from one population's spikes to another's current: stages applied in order, none = identity.
struct Projection {
    PopulationIndex source;
    PopulationIndex target;
    std::int32_t delay = 0;  // ticks
    std::vector<LinearStage> stages;
};

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
PopulationIndex find_population(const LayerGraph& graph, std::string_view name);

/// Order of the populations in which every projection with delay 0 goes forward.
/// Throws Error naming the populations on a cycle whose total delay is 0.
std::vector<PopulationIndex> topological_order(const LayerGraph& graph);

/// Order of the populations in which every projection, delayed or not, goes forward, but for those inside a cycle.
std::vector<PopulationIndex> forward_order(const LayerGraph& graph);

/// The window in which every population takes its input, and, one later for those that hold it, sends its spikes:
/// the longest path from the input, counted in populations that hold a window (DESIGN.md, section 2).
/// Throws Error naming the population if one that holds its window lies on a cycle.
std::vector<std::int32_t> window_phases(const LayerGraph& graph);

/// Throws Error, naming population or projection, value and remedy, unless the graph can be compiled:
/// unique names and ids, exactly one input, thresholds > 0 and finite, stages that fit together, delays ≥ 0,
/// cycles with a delay, no projection into an input or out of a read-out, no delay behind an analogue input or a
/// linear population, no linear or pooling population on a cycle, pooling behind nothing but moves of spikes,
/// relays with exactly one plain projection from a population that spikes, no held window on a cycle.
void validate(const LayerGraph& graph);

}  // namespace syncopate
