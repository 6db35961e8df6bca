#pragma once

#include "core/charge.hpp"

#include <cstdint>
#include <span>

namespace syncopate {

/// The update of one neuron model over whole arrays.
class NeuronDynamics {
public:
    virtual ~NeuronDynamics() = default;

    /// Whether the model sends spikes.
    virtual bool fires() const = 0;

    /// One tick of neighbouring neurons: adds the current, bias included, to the membrane potential, tests and resets.
    /// Bit i of `fired` (word i / 64) tells whether neuron i fired; all bits of the (potential.size() + 63) / 64 words
    /// are written.
    /// Requires: `current` has the size of `potential`; |current| ≤ 2 · max_current.
    virtual void advance(std::span<Charge> potential, std::span<const std::int32_t> current,
                         std::span<std::uint64_t> fired) const = 0;
    /// The same for a wide population: potential + current stays within max_window_charge.
    virtual void advance(std::span<Charge> potential, std::span<const Charge> current,
                         std::span<std::uint64_t> fired) const = 0;
};

}  // namespace syncopate
