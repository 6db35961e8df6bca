#include "io/report/far_values.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace syncopate::report;

TEST_CASE("far values: one hopeless arm among many is far, and those that differ as others do are not") {
    const FarValues far({-65.0, -7.0, -1.0, 0.2, 0.5, 1.0, 2.0, 6.0}, 1.0);
    CHECK(far.is_far(-65.0));
    CHECK_FALSE(far.is_far(-7.0));
    CHECK_FALSE(far.is_far(6.0));
    CHECK_FALSE(far.is_far(0.0));
}

TEST_CASE("far values: the baseline is never far, though all arms are on one side of it") {
    const FarValues far({-60.0, -62.0, -61.0, -63.0}, 1.0);
    CHECK_FALSE(far.is_far(0.0));
    CHECK_FALSE(far.is_far(-63.0));
}

TEST_CASE("far values: what is less than six times the least is not far, however alike the others are") {
    const FarValues far({0.0, 0.0, 0.0, 0.0, 5.9}, 1.0);
    CHECK_FALSE(far.is_far(5.9));
    CHECK(far.is_far(6.1));
    CHECK_FALSE(FarValues({}, 1.0).is_far(2.0));
    CHECK_FALSE(FarValues({std::numeric_limits<double>::quiet_NaN()}, 1.0).is_far(0.0));
}
