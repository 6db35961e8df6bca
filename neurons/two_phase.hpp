#pragma once

#include "core/neuron_dynamics.hpp"

#include <memory>

namespace syncopate {

/// Two-phase neurons (temporal misalignment and TPP, Bojkovic, Wu and Gu 2025; methods.md A.3). In the first phase, a
/// window of T ticks, v ← v + current and nobody spikes; in the second, the window after it, nothing arrives and
///     stochastic (TPP):  a spike with probability clip(v / (v_threshold · (T − t + 1)), 0, 1) at t = 1 … T, then
///                        v ← v − v_threshold;
///     memoryless:        a spike with probability clip(v / (v_threshold · T), 0, 1) at every tick, v stays;
///     deterministic:     clip(⌊v / v_threshold + ½⌋, 0, T) spikes at the first ticks, v ← v − v_threshold for each.
/// A probability p = a / b is drawn in integers: a 32-bit draw r fires if r · b < a · 2^32, so p ≤ 0 never fires and p
/// ≥ 1 always does. Draws belong to neuron and local tick (draw_firing).
///
/// The first phase is that of a read-out (make_read_out); this is the second.
/// Requires: v_threshold is 2^fraction_bits.
std::unique_ptr<const WindowFiring> make_two_phase_firing(const TwoPhaseParameters& parameters);

}  // namespace syncopate
