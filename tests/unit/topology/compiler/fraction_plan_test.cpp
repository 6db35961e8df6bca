#include "topology/compiler/fraction_plan.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace syncopate;

namespace {

/// Two stages in a row: a linear population 0 reads spikes, a population 1 with neurons reads it.
std::vector<WidePopulation> chain(std::int32_t first_wants, std::int32_t second_wants, double magnitude,
                                  std::int32_t least = 0) {
    return {{.index = 0, .is_linear = true, .magnitude = 1.0, .inputs = {{{}, first_wants, least}}},
            {.index = 1, .magnitude = magnitude, .fewest_bits = 24, .inputs = {{0, second_wants, least}}}};
}

using Bits = std::vector<std::int32_t>;

}  // namespace

TEST_CASE("weights that few fraction bits hold exactly want no more") {
    CHECK(wanted_fraction_bits(std::array{0.5, -3.0, 0.125}, 24).bits == 3);
    CHECK(wanted_fraction_bits(std::array{4.0, 0.0}, 24).bits == 0);
    CHECK(wanted_fraction_bits(std::array{0.75}, 24).is_exact);
}

TEST_CASE("other weights want as many bits as give the largest of them the digits asked for") {
    const WantedBits third = wanted_fraction_bits(std::array{1.0 / 3.0, 1.0 / 7.0}, 24);
    CHECK_FALSE(third.is_exact);
    CHECK(third.bits == 25);  // 1/3 begins with the second digit
    CHECK(wanted_fraction_bits(std::array{100.0 / 3.0}, 24).bits == 18);
    CHECK(wanted_fraction_bits(std::array{1e-9 / 3.0}, 24).bits == 40);
}

TEST_CASE("where there is room, every weight gets the bits it wants, and neurons no fewer than asked for") {
    CHECK(plan_fractions(chain(3, 4, 2.0), 50.0).sum_bits == Bits{3, 24});
    CHECK(plan_fractions(chain(20, 20, 2.0), 50.0).sum_bits == Bits{20, 40});
    CHECK(plan_fractions(chain(20, 20, 2.0), 50.0).value_bits == Bits{20, 40});
}

TEST_CASE("where there is none, the bits are shared out in proportion to what is wanted, and nothing is rounded") {
    // Sums of 2^30 and 2^50 at most leave 20 bits for 24 + 24 wanted.
    for (const auto& [first, shared] : {std::pair{24, Bits{10, 20}}, std::pair{8, Bits{5, 20}}}) {
        const FractionPlan plan = plan_fractions(chain(first, 24, 0x1p30, 4), 50.0);
        CHECK(plan.sum_bits == shared);
        CHECK(plan.value_bits == shared);
    }
}

TEST_CASE("where sharing would make weights too coarse, running sums are rounded and weights keep their digits") {
    const FractionPlan plan = plan_fractions(chain(24, 24, 0x1p14, 19), 50.0);
    CHECK(plan.sum_bits == Bits{24, 36});    // all that is wanted, and all that there is room for
    CHECK(plan.value_bits == Bits{18, 36});  // half of the room is the value's
    // However long the chain, every stage keeps what a short one would.
    std::vector<WidePopulation> longer;
    for (std::int32_t p = 0; p < 10; ++p) {
        const auto source = p > 0 ? std::optional<PopulationIndex>(p - 1) : std::nullopt;
        longer.push_back(
            {.index = p, .is_linear = p < 9, .magnitude = 0x1p10, .fewest_bits = 24, .inputs = {{source, 24, 16}}});
    }
    const FractionPlan shares = plan_fractions(longer, 50.0);
    for (std::size_t p = 1; p < longer.size(); ++p) CHECK(shares.sum_bits[p] - shares.value_bits[p - 1] == 20);
}

TEST_CASE("a chain whose digits are few is exact, however long the others are") {
    std::vector<WidePopulation> populations = chain(24, 24, 0x1p14, 19);
    populations.push_back({.index = 2, .is_linear = true, .magnitude = 4.0, .inputs = {{{}, 3, 3}}});
    populations.push_back({.index = 3, .magnitude = 8.0, .fewest_bits = 24, .inputs = {{2, 5, 5}}});
    const FractionPlan plan = plan_fractions(populations, 50.0);
    CHECK(plan.sum_bits[2] == 3);
    CHECK(plan.value_bits[2] == 3);
}

TEST_CASE("no source has more fraction bits than what reads it, whichever way the values go") {
    const std::vector<WidePopulation> stream = {
        {.index = 0, .is_linear = true, .magnitude = 4.0, .inputs = {{{}, 24}}},
        {.index = 1, .is_linear = true, .magnitude = 40.0, .inputs = {{0, 0}, {{}, 27}}},
        {.index = 2, .is_linear = true, .magnitude = 400.0, .inputs = {{1, 0}, {0, 24}}},
        {.index = 3, .magnitude = 0x1p20, .fewest_bits = 24, .inputs = {{2, 25}, {0, 3}}}};
    const FractionPlan plan = plan_fractions(stream, 50.0);
    for (std::size_t p = 0; p < stream.size(); ++p) {
        for (const WideInput& input : stream[p].inputs) {
            if (input.source) CHECK(plan.value_bits[*input.source] <= plan.sum_bits[p]);
        }
    }
    CHECK(plan.sum_bits.back() == 30);
}
