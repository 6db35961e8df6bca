#pragma once

#include "core/index.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace syncopate {

/// One projection into a wide population, as far as the choice of fraction bits needs it.
struct WideInput {
    std::optional<PopulationIndex> source = {};  // a linear population; none: spikes or a constant current
    std::int32_t wanted_bits = 24;               // of its weights
    std::int32_t least_bits = 0;                 // of its weights; below them they are too coarse
};

/// A wide population: a linear one, or one that takes the values of a linear one.
struct WidePopulation {
    PopulationIndex index;
    bool is_linear = false;
    double magnitude = 0.0;  // of the sums of one tick, in its own unit
    std::int32_t bias_bits = 0;
    std::int32_t fewest_bits = 0;  // those that neurons should have even if their weights need fewer
    std::vector<WideInput> inputs = {};
};

/// Fraction bits of wide populations, in their order: of the sum of a tick, and of what a linear one hands on.
struct FractionPlan {
    std::vector<std::int32_t> sum_bits;
    std::vector<std::int32_t> value_bits;
};

/// A value with F₁ fraction bits times a weight with F₂ is a sum with F₁ + F₂, so the bits that a population's
/// magnitude leaves below 2^limit are shared out along the way to it, to every projection in proportion to what its
/// weights want; where there is room for more than is wanted, every weight gets what it wants. Where that leaves all
/// weights their least bits, linear populations hand on their sums as they are. Else the chain is too long for exact
/// sums, and they hand on their running sums rounded to fewer bits, so that each projection shares the room with its
/// source only. Requires: sources stand before their targets.
FractionPlan plan_fractions(std::span<const WidePopulation> populations, double limit);

/// The fewest fraction bits that hold all weights exactly, if they are at most `most`; else as many as give the largest
/// of them `most` significant bits.
struct WantedBits {
    std::int32_t bits = 0;
    bool is_exact = true;
};
WantedBits wanted_fraction_bits(std::span<const double> weights, std::int32_t most);

}  // namespace syncopate
