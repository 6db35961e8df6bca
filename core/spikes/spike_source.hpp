#pragma once

#include "core/random/row_site.hpp"
#include "core/spikes/window.hpp"
#include "core/tick.hpp"

#include <cstdint>
#include <span>

namespace syncopate {

/// An encoder: turns a sample into spikes.
class SpikeSource {
public:
    virtual ~SpikeSource() = default;

    /// The spikes of some ticks. `input`: the sample in steps of 2^-input_fraction_bits, flat C·H·W.
    virtual Window emit(std::span<const std::int32_t> input, TickRange ticks, DrawKey key) const = 0;
};

}  // namespace syncopate
