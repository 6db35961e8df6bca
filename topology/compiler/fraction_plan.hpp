#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace syncopate {

/// One projection into a wide population, as far as the choice of fraction bits needs it.
struct WideInput {
    std::int32_t source = -1;       // a linear population, or −1: spikes or a constant current
    std::int32_t wanted_bits = 24;  // of its weights
};

/// A wide population: a linear one, or one that takes the values of a linear one.
struct WidePopulation {
    std::int32_t index = 0;  // in the network
    bool is_linear = false;
    double worst = 0.0;  // largest sum of one tick, in its own unit
    std::int32_t bias_bits = 0;
    std::int32_t fewest_bits = 0;  // those that it should have even if its weights need fewer
    std::vector<WideInput> inputs = {};
};

/// Fraction bits of wide populations. Nothing is rounded between them: a value with F₁ fraction bits times a weight
/// with F₂ is a sum with F₁ + F₂, so the bits that a population's limit leaves are shared out along the way to it, to
/// every projection in proportion to what its weights want. Where the limit leaves more than is wanted, every weight
/// gets what it wants.
/// `limit`: no sum of one tick may exceed 2^limit. Requires: sources stand before their targets. None: there is a
/// population that the limit leaves no bit.
std::optional<std::vector<std::int32_t>> plan_fractions(std::span<const WidePopulation> populations, double limit);

/// The fewest fraction bits that hold all weights exactly, if they are at most `most`; else as many as give the largest
/// of them `most` significant bits.
struct WantedBits {
    std::int32_t bits = 0;
    bool is_exact = true;
};
WantedBits wanted_fraction_bits(std::span<const double> weights, std::int32_t most);

}  // namespace syncopate
