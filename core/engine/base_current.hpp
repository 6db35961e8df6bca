#pragma once

#include "core/charge.hpp"
#include "core/tick.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace syncopate {

/// Currents of single ticks, one a channel, and what they come to over the first ticks of a window.
struct TickCurrents {
    std::size_t channels = 0;
    std::vector<Charge> values = {};  // [tick][channel]; none: there is no such current
    std::vector<Charge> sums = {};    // [ticks][channel]: over the first so many ticks
};

/// What neurons receive at a tick besides spikes and values: their bias, and what the analogue input brings. Whoever
/// advances a population asks for it tick by tick and begins the tick's sum with it, so that what changes from tick to
/// tick changes here and nowhere else. Neurons lie row by row, channels innermost. `Current`: the type that a tick is
/// summed in.
template <class Current>
class BaseCurrent {
public:
    BaseCurrent() = default;
    /// `constant`: the same at every tick; `of_ticks` comes to that, and must outlive this.
    BaseCurrent(std::vector<Current> constant, const TickCurrents& of_ticks)
        : constant_(std::move(constant)), of_ticks_(of_ticks.values.empty() ? nullptr : &of_ticks) {}

    /// Begins the sum of a tick for neighbouring neurons, the first of which is number `first`.
    void prime(Tick tick, std::size_t first, std::span<Current> sums) const {
        std::copy_n(constant_.data() + first, sums.size(), sums.data());
        if (of_ticks_ == nullptr) return;
        // A row begins with channel 0 and ends with the last one. No sum leaves the type: the compiler's bound of a
        // tick's current has the largest of these values in it.
        const std::size_t channels = of_ticks_->channels;
        const Charge* const own = of_ticks_->values.data() + static_cast<std::size_t>(tick) * channels;
        for (std::size_t at = 0; at < sums.size(); at += channels) {
            for (std::size_t c = 0; c < channels; ++c) sums[at + c] += static_cast<Current>(own[c]);
        }
    }
    /// What a neuron receives over some ticks.
    Charge sum_over(TickRange ticks, std::size_t neuron) const {
        const Charge constant = ticks.length() * Charge{constant_[neuron]};
        if (of_ticks_ == nullptr) return constant;
        const std::size_t channels = of_ticks_->channels;
        const Charge* const sums = of_ticks_->sums.data() + neuron % channels;
        return constant + sums[static_cast<std::size_t>(ticks.end) * channels] -
               sums[static_cast<std::size_t>(ticks.begin) * channels];
    }

private:
    std::vector<Current> constant_;
    const TickCurrents* of_ticks_ = nullptr;
};

}  // namespace syncopate
