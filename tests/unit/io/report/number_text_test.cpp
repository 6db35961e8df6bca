#include "io/report/number_text.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace syncopate::report;

TEST_SUITE("report") {
    TEST_CASE("Small p-values are not printed as zero") {
        CHECK(p_text(1e-12) == "&lt;0.001");
        CHECK(p_text(0.0341) == "0.034");
        CHECK(p_text(1.0) == "1.000");
        CHECK(p_text(std::numeric_limits<double>::quiet_NaN()) == "–");
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
