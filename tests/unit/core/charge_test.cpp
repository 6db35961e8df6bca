#include "core/charge.hpp"

#include "core/engine/engine.hpp"
#include "core/error.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace syncopate;

TEST_CASE("charge is rounded to nearest, ties to even") {
    CHECK(to_charge(1.0, 24) == 1 << 24);
    CHECK(to_charge(0.5, 0) == 0);
    CHECK(to_charge(1.5, 0) == 2);
    CHECK(to_charge(-0.75, 1) == -2);
    CHECK(from_charge(3, 1) == 1.5);
}

TEST_CASE("an analogue product is rounded to nearest, ties upwards, also below zero") {
    const Charge half = Charge{1} << 23;
    CHECK(divide_rounded(half, input_fraction_bits) == 1);
    CHECK(divide_rounded(half - 1, input_fraction_bits) == 0);
    CHECK(divide_rounded(-half, input_fraction_bits) == 0);
    CHECK(divide_rounded(-half - 1, input_fraction_bits) == -1);
}

TEST_CASE("input beyond ±127, or not a number, is named with its position") {
    CHECK(to_fixed_input(std::vector{0.5, -127.0}) == std::vector<std::int32_t>{1 << 23, -127 * (1 << 24)});
    CHECK_THROWS_WITH_AS(
        to_fixed_input(std::vector{0.0, 255.0}),
        "input value 255.000000 at position 1 is outside ±127; check the preprocessing (scale, mean, std), or convert "
        "the network again with calibration data that have such values",
        Error);
    CHECK_THROWS_AS(to_fixed_input(std::vector{std::numeric_limits<double>::quiet_NaN()}), Error);
}

TEST_CASE("an input exponent divides the input by a power of two, exactly") {
    CHECK(to_fixed_input(std::vector{255.0, -508.0, 0.25}, 2) ==
          std::vector<std::int32_t>{255 * (1 << 22), -127 * (1 << 24), 1 << 20});
    CHECK_THROWS_WITH_AS(to_fixed_input(std::vector{508.5}, 2), doctest::Contains("is outside ±508"), Error);
}
