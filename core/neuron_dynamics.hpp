#pragma once

#include "core/charge.hpp"
#include "core/row_trains.hpp"
#include "core/shape.hpp"
#include "core/tick.hpp"
#include "core/window.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

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
struct LinearParameters {};
/// How a two-phase neuron chooses its spikes from the potential u = v / v_threshold that it has accumulated.
enum class TwoPhaseRule : std::uint8_t {
    stochastic,     // TPP: at each tick with probability u / remaining ticks, and u − 1 after a spike
    memoryless,     // at each tick with probability u / T
    deterministic,  // ⌊u + ½⌋ spikes, as early as possible
};
struct TwoPhaseParameters {
    Charge v_threshold = 0;
    TwoPhaseRule rule = TwoPhaseRule::stochastic;
};
struct RelayParameters {
    std::string rule;  // as it is written
};
using NeuronParameters = std::variant<AnalogueParameters, BernoulliParameters, IntegrateAndFireParameters,
                                      ReadOutParameters, LinearParameters, TwoPhaseParameters, RelayParameters>;

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
    /// The same for a wide population: potential + current stays within max_window_charge.
    virtual void advance(std::span<Charge> potential, std::span<Charge> current, std::span<const Charge> bias,
                         std::span<std::uint64_t> fired) const = 0;
};

/// The run and the sample that random draws belong to.
struct DrawKey {
    std::uint64_t seed = 0;
    std::uint32_t sample = 0;
};

/// One row of a population in one sample, for draws: neuron (channel, y, x) is position x · channels + channel of it.
struct RowSite {
    DrawKey key;
    std::uint32_t population = 0;  // Population::id
    Shape shape;
    std::int32_t y = 0;
    Tick duration = 1;  // T

    /// Flat index C·H·W of a position.
    std::uint32_t neuron(std::size_t position) const {
        const auto place = static_cast<std::int32_t>(position);
        return static_cast<std::uint32_t>((place % shape.channels * shape.height + y) * shape.width +
                                          place / shape.channels);
    }
};

/// The second phase of a two-phase neuron: spikes in the window after the one that was accumulated.
class WindowFiring {
public:
    virtual ~WindowFiring() = default;

    /// The spikes of a row. Takes what is sent from `potential`, adds the number of spikes of each neuron to `counts`,
    /// and, unless `trains` is null, puts the spikes there.
    virtual void fire(std::span<Charge> potential, const RowSite& site, std::span<std::int32_t> counts,
                      RowTrains* trains) const = 0;
};

/// A relay's rule: re-emits a window rearranged.
class TrainRearrangement {
public:
    virtual ~TrainRearrangement() = default;

    /// Rearranges the trains of a row; they come with each neuron's spikes in order of time.
    virtual void rearrange(RowTrains& trains, const RowSite& site) const = 0;

    /// Whether the new trains depend on nothing but how often each neuron spikes, as long as amplitudes are 1.
    virtual bool needs_counts_only() const { return false; }
    /// Makes them from the counts. Requires: needs_counts_only().
    virtual void arrange(std::span<const std::int32_t> counts, const RowSite& site, RowTrains& trains) const {
        (void)counts, (void)site, (void)trains;
    }

    /// If all neurons are rearranged alike: which old tick every new tick shows. Else empty. `site.y` does not matter.
    virtual std::vector<Tick> common_order(const RowSite& site) const {
        (void)site;
        return {};
    }
};

/// An encoder: turns a sample into spikes.
class SpikeSource {
public:
    virtual ~SpikeSource() = default;

    /// The spikes of some ticks. `input`: the sample in steps of 2^-input_fraction_bits, flat C·H·W.
    virtual Window emit(std::span<const std::int32_t> input, TickRange ticks, DrawKey key) const = 0;
};

}  // namespace syncopate
