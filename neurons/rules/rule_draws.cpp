#include "neurons/rules/rule_draws.hpp"

#include "core/index.hpp"

#include <cmath>
#include <numeric>
#include <utility>

namespace syncopate {

namespace {

/// Stands for the sample where one draw serves all.
constexpr std::uint32_t every_sample = 0xffffffffu;

}  // namespace

DrawSite RelayDraws::site(const RowSite& row, std::uint32_t stream) const {
    return {.seed = row.key.seed,
            .sample = is_fixed ? every_sample : row.key.sample,
            .population = row.population,
            .neuron = stream,
            .tick = 0,
            .purpose = Purpose::rearrangement};
}

std::vector<Tick> RelayDraws::permutation(const RowSite& row, std::uint32_t id) const {
    std::vector<Tick> ticks(to_size(row.duration));
    std::iota(ticks.begin(), ticks.end(), 0);
    DrawStream draws = stream(row, id);
    for (auto left = static_cast<std::uint32_t>(row.duration); left > 1; --left)
        std::swap(ticks[left - 1], ticks[draws.below(left)]);
    return ticks;
}

std::uint64_t draw_limit(double probability) {
    // A draw below the limit is an event, so a probability of 1 gives 2^32, which every draw is below: 64 bits hold it,
    // 32 would not.
    return static_cast<std::uint64_t>(std::floor(std::ldexp(probability, 32)));
}

}  // namespace syncopate
