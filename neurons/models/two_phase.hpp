#pragma once

#include "neurons/neuron_model.hpp"

#include <cstdint>
#include <vector>

namespace syncopate {

/// How a two-phase neuron chooses its spikes from the potential u = v / v_threshold that it has accumulated.
enum class TwoPhaseRule : std::uint8_t {
    stochastic,     // TPP: at each tick with probability u / remaining ticks, and u − 1 after a spike
    memoryless,     // at each tick with probability u / T
    deterministic,  // ⌊u + ½⌋ spikes, as early as possible
};

/// Two-phase neurons (temporal misalignment and TPP, Bojkovic, Wu and Gu 2025; METHODS.md, Two-phase neurons). In the
/// first phase, a window of T ticks, v ← v + current and nobody spikes; in the second, the window after it, nothing
/// arrives and
///     stochastic (TPP):  a spike with probability clip(v / (v_threshold · (T − t + 1)), 0, 1) at t = 1 … T, then
///                        v ← v − v_threshold;
///     memoryless:        a spike with probability clip(v / (v_threshold · T), 0, 1) at every tick, v stays;
///     deterministic:     clip(⌊v / v_threshold + ½⌋, 0, T) spikes at the first ticks, v ← v − v_threshold for each.
/// A probability p = a / b is drawn in integers: a 32-bit draw r fires if r · b < a · 2^32, so p ≤ 0 never fires and p
/// ≥ 1 always does. Draws belong to neuron and local tick (draw_firing).
struct TwoPhase {
    std::vector<double> v_threshold = {1.0};  // θ, one value or one for each channel, > 0, in units of the activation
    double v_init = 0.0;                      // in thresholds
    TwoPhaseRule rule = TwoPhaseRule::stochastic;

    static const ModelInfo& info();
    void visit(ParameterVisitor& visitor);
    bool has_chance() const { return rule != TwoPhaseRule::deterministic; }
    void compile(CompiledPopulation& population) const;
};

}  // namespace syncopate
