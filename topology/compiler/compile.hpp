#pragma once

#include "core/compiled_network.hpp"
#include "topology/compiler/synapse_store.hpp"
#include "topology/layer_graph.hpp"

namespace syncopate {

/// The network as the engine runs it (DESIGN.md, sections 1 and 4): every projection's stages become routing and
/// integer synapses, in units in which the target's threshold is 2^fraction_bits; weights are rounded once, here.
///
/// Proves that no tick's spikes and bias can sum beyond max_current in any neuron. A population for which they could
/// gets fewer fraction bits, and a warning says so. Linear populations and those that read them sum in 64 bits and
/// share fraction bits (fraction_plan.hpp); a warning names weights that this makes coarse. Throws Error if the graph
/// is not valid, RefusedError naming the population or projection if it cannot be compiled: no number of fraction bits
/// suffices, or a chain of stages composes to too many synapses.
///
/// `store`: where synapses are looked for that another network has, and kept for others; null: nobody shares them.
CompiledNetwork compile(const LayerGraph& graph, SynapseStore* store = nullptr);

}  // namespace syncopate
