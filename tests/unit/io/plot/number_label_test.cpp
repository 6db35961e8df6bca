#include "io/plot/number_label.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace syncopate;

namespace {
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();
}  // namespace

TEST_SUITE("plot") {
    TEST_CASE("A number that rounds to zero has no sign") {
        CHECK(decimal(-0.001, 2) == "0.00");
        CHECK(signed_decimal(0.001, 2) == "0.00");
        CHECK(signed_decimal(-0.001, 2) == "0.00");
        CHECK(coordinate(-0.001) == "0");
    }

    TEST_CASE("Differences carry their sign") {
        CHECK(signed_decimal(1.5, 2) == "+1.50");
        CHECK(signed_decimal(-1.5, 2) == "\u22121.50");
    }

    TEST_CASE("What is not finite is printed as a dash, and drawn at 0") {
        for (const double value : {not_a_number, infinite, -infinite}) {
            CHECK(decimal(value, 2) == "–");
            CHECK(significant(value) == "–");
            CHECK(coordinate(value) == "0");
        }
    }

    TEST_CASE("Three digits are significant, and none before the point is lost") {
        CHECK(significant(0.0) == "0.00");
        CHECK(significant(0.012345) == "0.0123");
        CHECK(significant(1.5) == "1.50");
        CHECK(significant(99.96) == "100");
        CHECK(significant(12345.6) == "12,346");
        CHECK(significant(-1234567.0) == "\u22121,234,567");
    }

    TEST_CASE("Coordinates have two decimals at most, and no trailing zeros") {
        CHECK(coordinate(3.0) == "3");
        CHECK(coordinate(3.14159) == "3.14");
        CHECK(coordinate(-2.5) == "-2.5");
        CHECK(coordinate(1e300) == "1000000");
    }

    TEST_CASE("A number too small for six decimals is not printed as zero") {
        CHECK(significant(1.736e-18) == "1.74e-18");
        CHECK(significant(-2e-7) == "\u22122.00e-07");
        CHECK(significant(1e-6) == "0.000001");
    }

    TEST_CASE("Digits are grouped by three") {
        CHECK(grouped_digits(0) == "0");
        CHECK(grouped_digits(999) == "999");
        CHECK(grouped_digits(12544) == "12,544");
        CHECK(grouped_digits(-1234567) == "-1,234,567");
        CHECK(grouped_digits(-123) == "-123");
    }
}
