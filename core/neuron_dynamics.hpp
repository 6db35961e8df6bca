#pragma once

#include "core/charge.hpp"
#include "core/window.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

namespace syncopate {

/// Parameters in fixed point, for the reference simulator and for reports.
struct AnalogueParameters {};
struct BernoulliParameters {
    Charge maximum = 0;  // in steps of the analogue input; p = |x| / maximum
};
struct IntegrateAndFireParameters {
    Charge v_threshold = 0;
    std::optional<Charge> v_reset = {};  // none: reset by subtraction
};
struct ReadOutParameters {};
using NeuronParameters =
    std::variant<AnalogueParameters, BernoulliParameters, IntegrateAndFireParameters, ReadOutParameters>;

/// The update of one neuron model over whole arrays.
class NeuronDynamics {
public:
    virtual ~NeuronDynamics() = default;

    /// Whether the model sends spikes.
    virtual bool fires() const = 0;

    /// One tick of neighbouring neurons: adds the current to the membrane potential, tests, resets, and leaves in
    /// `current` the bias, ready for the next tick. Bit i of `fired` (word i / 64) tells whether neuron i fired; all
    /// bits of the (potential.size() + 63) / 64 words are written.
    /// Requires: `current` and `bias` have the size of `potential`; |current| ≤ max_current.
    virtual void advance(std::span<Charge> potential, std::span<std::int32_t> current,
                         std::span<const std::int32_t> bias, std::span<std::uint64_t> fired) const = 0;
};

/// The run and the sample that random draws belong to.
struct DrawKey {
    std::uint64_t seed = 0;
    std::uint32_t sample = 0;
};

/// An encoder: turns a sample into spikes.
class SpikeSource {
public:
    virtual ~SpikeSource() = default;

    /// The spikes of some ticks. `input`: the sample in steps of 2^-input_fraction_bits, flat C·H·W.
    virtual Window emit(std::span<const std::int32_t> input, TickRange ticks, DrawKey key) const = 0;
};

}  // namespace syncopate
