#pragma once

#include "topology/ann_graph.hpp"
#include "topology/conversion/calibration.hpp"
#include "topology/conversion/linear_nodes.hpp"
#include "topology/conversion/max_pools.hpp"
#include "topology/conversion/threshold_rule.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

/// How an analogue input enters the network.
enum class InputEncoding { direct_current, bernoulli_rate };

struct ConversionOptions {
    /// None: a step keeps the θ it was trained with, a ReLU takes the maximum of its calibration samples, or its cap
    /// where there was no calibration.
    std::optional<ThresholdRule> threshold = {};
    /// Data-based thresholds of ReLUs: one for each channel, or one for the layer. A trained θ stays as it is.
    bool per_channel = false;
    /// Percentiles are taken over all values of an activation, zeros included, as SpikingJelly does; or over the
    /// positive ones.
    bool count_zeros = true;
    /// Potential at the start, in thresholds. None: ½ (OPI, QCFS), except that a step with a trained θ starts at its
    /// own shift: under a constant current an integrate-and-fire neuron that starts at s·θ fires floor(x·T/θ + s)
    /// times, which at T = L is the step itself.
    std::optional<double> v_init = {};
    std::int32_t fraction_bits = 24;
    InputEncoding encoding = InputEncoding::direct_current;
    Preprocessing preprocessing = {};
    std::vector<std::string> class_names = {};
    CompositionLimits composition = {};
    MaxPoolChoices max_pools = {};
};

/// How one activation was converted.
struct LayerConversion {
    std::string name;  // of the node and the population
    Shape shape;
    std::string activation;      // "relu", "clipped relu" or "step"
    std::string rule;            // "qcfs", "cap", or the data-based rule
    double threshold_min = 0.0;  // over the channels
    double threshold_max = 0.0;
    std::int32_t levels = 0;            // L of a step, else 0
    double v_init = 0.0;                // in thresholds
    std::int32_t floored_channels = 0;  // raised to 2⁻⁸ of the layer's largest threshold
};

/// How one layer of max pooling was converted.
struct PoolConversion {
    std::string name;  // of the node and the population
    Shape shape;
    std::string rule;  // as of MaxPool
};

struct Conversion {
    LayerGraph graph;
    std::vector<LayerConversion> layers;
    std::vector<PoolConversion> pools;
    std::vector<std::string> warnings;
};

/// Turns every activation (AnnRelu, AnnStep) into a population of integrate-and-fire neurons with the node's name,
/// every maximum (AnnMaxPool, where arrange_max_pools has put it) into one of pooling neurons, the input into the first
/// population and the output into a read-out. What lies between them is linear and becomes
/// projections, one for each path through adds and concatenations: a residual add is two projections into one
/// population. Where paths would be repeated or composed beyond measure, a linear population sums them once
/// (linear_nodes.hpp). Constants become the bias of the population they reach. Weights stay as they are; batch
/// normalisation becomes a Scale behind the convolution and part of the bias, both in double precision.
///
/// A population saturates at one spike a tick, so that its threshold is also its clip: thresholds never exceed the cap
/// of a clipped ReLU. In a data-based threshold a channel that (almost) never fired gets at least 2⁻⁸ of the layer's
/// largest threshold; a layer that never fired at all gets 1.
///
/// A softmax at the end is left out, and nodes that the output does not need are ignored; both are warned of, as is a
/// network without any activation. LayerGraph::notes state rule, calibration, v_init, encoding and what was left out.
///
/// Throws RefusedError, naming the node and a remedy: max pooling of what is no spikes, softmax elsewhere, an
/// activation at the very output, an output that does not depend on the input, more than 4096 linear paths into one
/// population, "qcfs" for a ReLU without cap. Throws UsageError for options that need calibration without it or that
/// contradict the calibration.
Conversion convert(const AnnGraph& graph, const ConversionOptions& options, const Calibration* calibration = nullptr);

}  // namespace syncopate
