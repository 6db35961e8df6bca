#include "topology/compiler/fraction_plan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace syncopate {

namespace {

constexpr std::int32_t most_bits = 48;
constexpr std::int32_t most_bits_of_neurons = 42;  // 64 bits hold T thresholds, for the longest window of 2^20 ticks

bool is_whole(double weight, std::int32_t bits) {
    // Multiplying by a power of two is exact, so the comparison is, too.
    const double scaled = std::ldexp(weight, bits);
    return scaled == std::nearbyint(scaled);
}

class Planner {
public:
    Planner(std::span<const WidePopulation> populations, double limit)
        : populations_(populations), below_(populations.size(), 0), cap_(populations.size()) {
        for (std::size_t p = 0; p < populations.size(); ++p) {
            place_of_[populations[p].index] = p;
            // A population that nothing reaches has magnitude 0, whose logarithm is infinite and converts to no
            // integer.
            const double magnitude = std::max(populations[p].magnitude, std::numeric_limits<double>::min());
            cap_[p] = std::clamp(static_cast<std::int32_t>(std::floor(limit - std::log2(magnitude))), 0,
                                 populations[p].is_linear ? most_bits : most_bits_of_neurons);
            below_[p] = populations[p].bias_bits;
            for (const WideInput& input : populations[p].inputs)
                below_[p] = std::max(below_[p], bits_before(input, below_) + input.wanted_bits);
        }
    }

    FractionPlan exact() const {
        std::vector<std::int32_t> above(populations_.size(), 0), cap = cap_;
        // Targets stand behind their sources, so going backwards, what is wanted above p and the least room there are
        // final when its sources are told. The bits of a source are part of every sum made from it: it may have no more
        // than any of its readers.
        for (std::size_t p = populations_.size(); p-- > 0;) {
            for (const WideInput& input : populations_[p].inputs) {
                if (!input.source) continue;
                const std::size_t source = place_of_.at(*input.source);
                above[source] = std::max(above[source], input.wanted_bits + above[p]);
                cap[source] = std::min(cap[source], cap[p]);
            }
        }
        std::vector<std::int32_t> bits(populations_.size());
        for (std::size_t p = 0; p < bits.size(); ++p) {
            // Along any way `below` grows, `above` falls and `cap` does not fall, so no source has more bits than its
            // target.
            const std::int32_t whole = below_[p] + above[p];
            bits[p] = whole <= cap[p] ? below_[p] : static_cast<std::int32_t>(std::int64_t{cap[p]} * below_[p] / whole);
            bits[p] = with_fewest(p, bits[p]);
        }
        return {bits, bits};
    }

    bool leaves_enough(const FractionPlan& plan) const {
        for (std::size_t p = 0; p < populations_.size(); ++p) {
            for (const WideInput& input : populations_[p].inputs) {
                // What the value does not take of the sum's bits is what is left for the weight.
                if (plan.sum_bits[p] - bits_before(input, plan.value_bits) < input.least_bits) return false;
            }
        }
        return true;
    }

    FractionPlan rounded() const {
        std::vector<std::int32_t> room(populations_.size(), most_bits);  // for what is handed on
        for (std::size_t p = 0; p < populations_.size(); ++p) {
            for (const WideInput& input : populations_[p].inputs) {
                if (!input.source) continue;
                std::int32_t& own = room[place_of_.at(*input.source)];
                // A value may take what the weights of its reader do not want, and half of the room in any case, or
                // weights that want much would leave it nothing. One value goes to all readers, so the reader with the
                // least room decides.
                own = std::min(own, std::max(cap_[p] - input.wanted_bits, cap_[p] / 2));
            }
        }
        FractionPlan plan{std::vector<std::int32_t>(populations_.size()),
                          std::vector<std::int32_t>(populations_.size())};
        for (std::size_t p = 0; p < populations_.size(); ++p) {
            std::int32_t bits = populations_[p].bias_bits;
            for (const WideInput& input : populations_[p].inputs)
                bits = std::max(bits, bits_before(input, plan.value_bits) + input.wanted_bits);
            plan.sum_bits[p] = with_fewest(p, std::min(bits, cap_[p]));
            // Not more bits than the sum, since rounding a sum cannot give it digits.
            plan.value_bits[p] = populations_[p].is_linear ? std::min(plan.sum_bits[p], room[p]) : plan.sum_bits[p];
        }
        return plan;
    }

private:
    std::int32_t bits_before(const WideInput& input, const std::vector<std::int32_t>& bits) const {
        return input.source ? bits[place_of_.at(*input.source)] : 0;
    }
    std::int32_t with_fewest(std::size_t p, std::int32_t bits) const {
        // Only neurons: what a linear population had beyond its need would be taken from the weights of its readers.
        return populations_[p].is_linear ? bits : std::max(bits, std::min(populations_[p].fewest_bits, cap_[p]));
    }

    std::span<const WidePopulation> populations_;
    std::map<PopulationIndex, std::size_t> place_of_;
    std::vector<std::int32_t> below_;  // bits wanted on the way to every sum
    std::vector<std::int32_t> cap_;    // bits that its magnitude leaves it
};

}  // namespace

WantedBits wanted_fraction_bits(std::span<const double> weights, std::int32_t most) {
    double largest = 0.0;
    for (const double weight : weights) largest = std::max(largest, std::abs(weight));
    if (largest == 0.0) return {};
    std::int32_t bits = 0;
    for (const double weight : weights) {
        // A weight that is whole with some bits is whole with more, so one count serves all weights and never goes
        // back: the whole search takes a step for each weight, and `most` besides.
        while (bits <= most && !is_whole(weight, bits)) ++bits;
    }
    if (bits <= most) return {bits, true};
    // The largest weight has ilogb + 1 binary digits before the point (fewer than none if it is small), and the bits
    // are those behind it.
    return {std::clamp(most - 1 - std::ilogb(largest), 1, 40), false};
}

FractionPlan plan_fractions(std::span<const WidePopulation> populations, double limit) {
    const Planner planner(populations, limit);
    const FractionPlan exact = planner.exact();
    return planner.leaves_enough(exact) ? exact : planner.rounded();
}

}  // namespace syncopate
