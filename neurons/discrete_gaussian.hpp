#pragma once

#include "core/tick.hpp"

#include <cstdint>
#include <vector>

namespace syncopate {

/// The largest σ, in ticks.
constexpr double max_jitter = 10000.0;

/// The discrete Gaussian on the integers, P(k) ∝ exp(−k² / 2σ²) (Canonne, Kamath and Steinke 2020), cut off where a
/// 32-bit draw no longer sees its tails, and rounded to multiples of 2^-32. Computed with basic operations only, so
/// that it is the same on every machine.
class DiscreteGaussian {
public:
    /// Requires: 0 ≤ sigma ≤ max_jitter.
    explicit DiscreteGaussian(double sigma);

    /// The value that belongs to 32 uniform bits.
    Tick value(std::uint32_t bits) const;

private:
    Tick least_ = 0;
    std::vector<std::uint64_t> below_;  // 2^32 · P(value ≤ least + i)
};

}  // namespace syncopate
