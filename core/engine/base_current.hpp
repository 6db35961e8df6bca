#pragma once

#include "core/charge.hpp"
#include "core/tick.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace syncopate {

/// What neurons receive at a tick besides spikes and values: their bias, and what the analogue input brings. Whoever
/// advances a population asks for it tick by tick and begins the tick's sum with it, so that what changes from tick to
/// tick changes here and nowhere else. Neurons lie row by row, channels innermost. `Current`: the type that a tick is
/// summed in.
template <class Current>
class BaseCurrent {
public:
    BaseCurrent() = default;
    /// The same at every tick.
    explicit BaseCurrent(std::vector<Current> constant) : constant_(std::move(constant)) {}

    /// Begins the sum of a tick for neighbouring neurons, the first of which is number `first`.
    void prime(Tick tick, std::size_t first, std::span<Current> sums) const {
        (void)tick;
        std::copy_n(constant_.data() + first, sums.size(), sums.data());
    }
    /// What a neuron receives over some ticks.
    Charge sum_over(TickRange ticks, std::size_t neuron) const { return ticks.length() * Charge{constant_[neuron]}; }

private:
    std::vector<Current> constant_;
};

}  // namespace syncopate
