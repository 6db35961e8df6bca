#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace syncopate {

/// What a random draw is for; draws for different purposes are independent.
enum class Purpose : std::uint8_t { encoding = 0, firing = 1, rearrangement = 2 };

/// Where a draw belongs. No generator has state: the same site gives the same numbers, whoever asks and whenever.
struct DrawSite {
    std::uint64_t seed = 0;
    std::uint32_t sample = 0;
    std::uint32_t population = 0;  // Population::id
    std::uint32_t neuron = 0;      // row-major C·H·W
    std::uint32_t tick = 0;        // local tick, or block of draws, < 2^24
    Purpose purpose = Purpose::encoding;
};

/// Four times 32 uniform random bits (Philox 4×32-10 of Random123).
std::array<std::uint32_t, 4> draw_block(const DrawSite& site);

/// The first of them.
inline std::uint32_t draw(const DrawSite& site) { return draw_block(site)[0]; }

/// A neuron's draw for firing at a local tick: four neighbouring ticks share a block. `site.tick` is the tick itself.
inline std::uint32_t draw_firing(DrawSite site) {
    const std::size_t word = site.tick % 4;
    site.tick /= 4;
    return draw_block(site)[word];
}

/// The draws of one site in sequence, for those who need several: block 0, block 1, … of it.
class DrawStream {
public:
    /// `site.tick` is not looked at.
    explicit DrawStream(const DrawSite& site) : site_(site) { site_.tick = 0; }

    std::uint32_t next();
    /// Uniform among 0 … count − 1, without bias (Lemire 2019). Requires: count ≥ 1.
    std::uint32_t below(std::uint32_t count);

private:
    DrawSite site_;
    std::array<std::uint32_t, 4> block_ = {};
    std::size_t used_ = 4;
};

}  // namespace syncopate
