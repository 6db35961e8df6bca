#include "io/report/number_text.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace syncopate::report;

namespace {
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();
}  // namespace

TEST_SUITE("report") {
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
            CHECK(p_text(value) == "–");
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

    TEST_CASE("Small p-values are not printed as zero") {
        CHECK(p_text(1e-12) == "&lt;0.001");
        CHECK(p_text(0.0341) == "0.034");
        CHECK(p_text(1.0) == "1.000");
    }

    TEST_CASE("Lists read like sentences") {
        CHECK(enumerated({}).empty());
        CHECK(enumerated({"a"}) == "a");
        CHECK(enumerated({"a", "b"}) == "a and b");
        CHECK(enumerated({"a", "b", "c"}) == "a, b and c");
        CHECK(counted(1, "arm") == "1 arm");
        CHECK(counted(1200, "sample") == "1,200 samples");
    }
}
