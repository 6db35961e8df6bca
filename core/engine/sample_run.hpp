#pragma once

#include "core/engine/observer.hpp"
#include "core/random/row_site.hpp"
#include "core/spikes/window.hpp"
#include "core/tick.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace syncopate {

/// Spikes of a population that are known beforehand: it is not simulated, and nothing that only it needs is.
struct ReplayedSpikes {
    std::size_t population = 0;
    std::span<const Window> windows;  // neighbours in time, from local tick 0 to T or beyond; they outlive the run
};

/// One sample to run.
struct SampleRun {
    std::span<const std::int32_t> input;  // in steps of 2^-input_fraction_bits, flat C·H·W
    Tick duration = 1;                    // T, in ticks, ≥ 1
    DrawKey key;
    std::span<PopulationProbe> probes = {};
    std::span<const ReplayedSpikes> replayed = {};
};

}  // namespace syncopate
