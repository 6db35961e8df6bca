#include "topology/compiler/fraction_plan.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace syncopate;

namespace {

/// Two stages in a row: a linear population 0 reads spikes, a population 1 with neurons reads it.
std::vector<WidePopulation> chain(std::int32_t first_wants, std::int32_t second_wants, double worst) {
    return {{.index = 0, .is_linear = true, .worst = 1.0, .inputs = {{-1, first_wants}}},
            {.index = 1, .worst = worst, .fewest_bits = 24, .inputs = {{0, second_wants}}}};
}

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
    CHECK(plan_fractions(chain(3, 4, 2.0), 50.0) == std::vector<std::int32_t>{3, 24});
    CHECK(plan_fractions(chain(20, 20, 2.0), 50.0) == std::vector<std::int32_t>{20, 40});
}

TEST_CASE("where there is none, the bits are shared out in proportion to what is wanted") {
    // 2^30 thresholds and 2^50 at most leave 20 bits for 24 + 24 wanted.
    CHECK(plan_fractions(chain(24, 24, 0x1p30), 50.0) == std::vector<std::int32_t>{10, 20});
    CHECK(plan_fractions(chain(8, 24, 0x1p30), 50.0) == std::vector<std::int32_t>{5, 20});
}

TEST_CASE("no source has more fraction bits than what reads it, whichever way the values go") {
    const std::vector<WidePopulation> stream = {
        {.index = 0, .is_linear = true, .worst = 4.0, .inputs = {{-1, 24}}},
        {.index = 1, .is_linear = true, .worst = 40.0, .inputs = {{0, 0}, {-1, 27}}},
        {.index = 2, .is_linear = true, .worst = 400.0, .inputs = {{1, 0}, {0, 24}}},
        {.index = 3, .worst = 0x1p20, .fewest_bits = 24, .inputs = {{2, 25}, {0, 3}}}};
    const auto bits = plan_fractions(stream, 50.0);
    REQUIRE(bits);
    for (std::size_t p = 0; p < stream.size(); ++p) {
        for (const WideInput& input : stream[p].inputs) {
            if (input.source >= 0) CHECK((*bits)[static_cast<std::size_t>(input.source)] <= (*bits)[p]);
        }
    }
    CHECK(bits->back() == 30);
}

TEST_CASE("a population that the limit leaves no bit is told") {
    CHECK_FALSE(plan_fractions(chain(24, 24, 0x1p50), 50.0).has_value());
}
