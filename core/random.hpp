#pragma once

#include <cstdint>

namespace syncopate {

/// What a random draw is for; draws for different purposes are independent.
enum class Purpose : std::uint8_t { encoding = 0, firing = 1, rearrangement = 2 };

/// Where a draw belongs. No generator has state: the same site gives the same number, whoever asks and whenever.
struct DrawSite {
    std::uint64_t seed = 0;
    std::uint32_t sample = 0;
    std::uint32_t population = 0;  // Population::id
    std::uint32_t neuron = 0;      // row-major C·H·W
    std::uint32_t tick = 0;        // local tick, < 2^24
    Purpose purpose = Purpose::encoding;
};

/// 32 uniform random bits (Philox 4×32-10 of Random123, first word).
std::uint32_t draw(const DrawSite& site);

}  // namespace syncopate
