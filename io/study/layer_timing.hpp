#pragma once

#include "core/charge.hpp"
#include "core/compiled_network.hpp"
#include "core/spikes/window.hpp"
#include "io/study/study_result.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace syncopate {

/// The spikes of a layer in one sample, neuron by neuron (row by row, channels innermost).
struct NeuronTimes {
    std::vector<std::int32_t> count;
    std::vector<Tick> first;
    std::vector<std::int64_t> sum;  // of spike times

    explicit NeuronTimes(std::size_t neurons = 0) : count(neurons, 0), first(neurons, 0), sum(neurons, 0) {}
    void add(const Window& window, const Shape& shape);
};

/// Sums behind a LayerDetail: whole numbers, so that samples can be added in any order.
class LayerTiming {
public:
    LayerTiming() = default;
    explicit LayerTiming(Tick T);

    /// When the spikes that the layer passes on come, in one sample.
    void add_times(const NeuronTimes& times, std::span<const std::int64_t> spikes_by_tick);

    /// How far the layer's own spike counts are from the ANN's activations (all flat C·H·W; in the activation's units).
    void add_ann(const CompiledPopulation& layer, std::span<const std::int32_t> counts,
                 std::span<const float> activations);

    /// The decomposition of the error of each neuron from what it has received: A = Nθ + v(T) − v(0) is conserved
    /// (METHODS.md, Integrate-and-fire), so z = A / T. Clipping is clip(A, 0, Tθ) − clip(A, 0, Tc), where c is the cap
    /// of the ANN's activation, which clips too; quantisation θ·clip(⌊(A + v(0)) / θ⌋, 0, T) − clip(A, 0, Tθ) (with ½
    /// added for two-phase neurons, which round); and unevenness what is left of the N spikes. `caps`: Tc of every
    /// channel, as of activation_caps. Each is rounded towards 0 to steps of 2^-12 θ, so the parts add up to the total
    /// but for such steps. Does nothing for neurons with reset to a value, which conserve nothing. All flat C·H·W.
    void add_residuals(const CompiledPopulation& layer, std::span<const Charge> caps,
                       std::span<const std::int32_t> counts, std::span<const Charge> potentials);

    void merge(const LayerTiming& other);
    LayerDetail detail(const std::string& name) const;

private:
    struct ErrorSum {
        std::int64_t signed_sum = 0;  // in steps of 2^-12 thresholds, summed over T
        std::int64_t magnitude = 0;
    };
    ErrorPart part(const ErrorSum& sum) const;
    Tick T_ = 1;
    std::vector<std::int64_t> spikes_by_tick_, first_, centroid_, offset_;
    std::int64_t neurons_ = 0, silent_ = 0, first_sum_ = 0, centroid_sum_ = 0;  // centroids in steps of 2^-16 ticks
    std::int64_t ann_pairs_ = 0, ann_silent_ = 0, false_spiking_ = 0, missed_ = 0;
    std::int64_t residual_pairs_ = 0, residual_low_ = 0, residual_high_ = 0;
    ErrorSum clipping_, quantisation_, unevenness_, total_;
};

/// The most that the activation which the population replaces can give in T ticks, for every channel, in the charge of
/// the layer: its cap, or the θ of a step; none for a plain ReLU, or where the activation is not known.
std::vector<Charge> activation_caps(const Population& population, const CompiledPopulation& layer, Tick T);

}  // namespace syncopate
