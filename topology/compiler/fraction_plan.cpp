#include "topology/compiler/fraction_plan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace syncopate {

namespace {

/// What one population knows of the ways through it.
struct Ways {
    std::int32_t below = 0;                                       // bits wanted on the way to its sum
    std::int32_t above = 0;                                       // and from there to the last population
    std::int32_t cap = std::numeric_limits<std::int32_t>::max();  // what it and everything behind it can hold
};

bool is_whole(double weight, std::int32_t bits) {
    const double scaled = std::ldexp(weight, bits);
    return scaled == std::nearbyint(scaled);
}

}  // namespace

WantedBits wanted_fraction_bits(std::span<const double> weights, std::int32_t most) {
    double largest = 0.0;
    for (const double weight : weights) largest = std::max(largest, std::abs(weight));
    if (largest == 0.0) return {};
    std::int32_t bits = 0;
    for (const double weight : weights) {
        while (bits <= most && !is_whole(weight, bits)) ++bits;
    }
    if (bits <= most) return {bits, true};
    return {std::clamp(most - 1 - std::ilogb(largest), 1, 40), false};
}

std::optional<std::vector<std::int32_t>> plan_fractions(std::span<const WidePopulation> populations, double limit) {
    std::map<std::int32_t, std::size_t> place_of;
    std::vector<Ways> ways(populations.size());
    for (std::size_t p = 0; p < populations.size(); ++p) {
        place_of[populations[p].index] = p;
        ways[p].cap = static_cast<std::int32_t>(
            std::floor(limit - std::log2(std::max(populations[p].worst, std::numeric_limits<double>::min()))));
        ways[p].below = populations[p].bias_bits;
        for (const WideInput& input : populations[p].inputs) {
            const std::int32_t before = input.source < 0 ? 0 : ways[place_of.at(input.source)].below;
            ways[p].below = std::max(ways[p].below, before + input.wanted_bits);
        }
        ways[p].cap = std::min(ways[p].cap, static_cast<std::int32_t>(limit) - 2);
    }
    for (std::size_t p = populations.size(); p-- > 0;) {
        for (const WideInput& input : populations[p].inputs) {
            if (input.source < 0) continue;
            Ways& source = ways[place_of.at(input.source)];
            source.above = std::max(source.above, input.wanted_bits + ways[p].above);
            source.cap = std::min(source.cap, ways[p].cap);
        }
    }
    std::vector<std::int32_t> bits(populations.size());
    for (std::size_t p = 0; p < populations.size(); ++p) {
        const Ways& own = ways[p];
        if (own.cap < 1) return std::nullopt;
        const std::int32_t whole = own.below + own.above;
        // Along any way `below` grows, `above` falls and `cap` does not fall, so no source has more bits than its
        // target.
        bits[p] = whole <= own.cap ? own.below : static_cast<std::int32_t>(std::int64_t{own.cap} * own.below / whole);
        if (!populations[p].is_linear) bits[p] = std::max(bits[p], std::min(populations[p].fewest_bits, own.cap));
    }
    return bits;
}

}  // namespace syncopate
