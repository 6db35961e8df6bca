#include "io/study/statistics.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace syncopate;

namespace {

doctest::Approx approx(double value) { return doctest::Approx(value).epsilon(1e-12); }

}  // namespace

TEST_CASE("McNemar: one sample against nine has the p-values of the binomial distribution") {
    const McNemar test = mcnemar(1, 9);
    CHECK(test.p_exact == approx(0.021484375));
    CHECK(test.p_mid == approx(0.01171875));
}

TEST_CASE("McNemar: the example of Fagerland et al., one child against seven, has their p-values") {
    const McNemar test = mcnemar(1, 7);
    CHECK(test.p_exact == approx(0.0703125));
    CHECK(test.p_mid == approx(0.0390625));
}

TEST_CASE("McNemar: without discordant samples both p-values are 1") {
    CHECK(mcnemar(0, 0).p_exact == 1.0);
    CHECK(mcnemar(0, 0).p_mid == 1.0);
}

TEST_CASE("McNemar: equal counts have exact p = 1, and a mid-p that lacks half of their probability") {
    CHECK(mcnemar(5, 5).p_exact == 1.0);
    CHECK(mcnemar(5, 5).p_mid == approx(0.876953125));
    CHECK(mcnemar(500000, 500000).p_exact == 1.0);
    CHECK(mcnemar(500000, 500000).p_mid == approx(0.99960105781933412));
}

TEST_CASE("McNemar: a million discordant samples lose no digits") {
    CHECK(mcnemar(499000, 501000).p_exact == approx(0.045608299865382087));
    CHECK(mcnemar(499000, 501000).p_mid == approx(0.045500317887363171));
    CHECK(mcnemar(505000, 495000).p_exact == approx(1.5381555043907352e-23));
    CHECK(mcnemar(499999, 500001).p_exact == approx(0.99920211563866825));
    CHECK(mcnemar(0, 1000000).p_exact == 0.0);
    CHECK(mcnemar(0, 1000000).p_mid == 0.0);
}

TEST_CASE("McNemar: mid-p is at most the exact p, both lie in [0, 1], and neither cares who comes first") {
    for (std::int64_t n = 0; n <= 60; ++n) {
        for (std::int64_t first = 0; first <= n; ++first) {
            CAPTURE(first);
            CAPTURE(n);
            const McNemar test = mcnemar(first, n - first);
            const McNemar turned = mcnemar(n - first, first);
            CHECK(test.p_mid >= 0.0);
            CHECK(test.p_mid <= test.p_exact);
            CHECK(test.p_exact <= 1.0);
            CHECK(test.p_exact == turned.p_exact);
            CHECK(test.p_mid == turned.p_mid);
        }
    }
}

TEST_CASE("paired interval: without discordant samples it is z² / (n + z²) to both sides") {
    const double z = 1.959964;
    for (const std::int64_t n : {1, 20, 1000}) {
        const Interval interval = paired_interval(0, 0, n);
        CHECK(interval.high == doctest::Approx(z * z / (static_cast<double>(n) + z * z)).epsilon(1e-6));
        CHECK(interval.low == doctest::Approx(-interval.high));
    }
}

TEST_CASE("paired interval: it leaves out 0 where McNemar's statistic (b - c)² / (b + c) is beyond z²") {
    for (std::int64_t first = 0; first <= 25; ++first) {
        for (std::int64_t second = 0; second <= 25; ++second) {
            if (first + second == 0) continue;
            const double statistic =
                static_cast<double>((first - second) * (first - second)) / static_cast<double>(first + second);
            const Interval interval = paired_interval(first, second, 60);
            CHECK((interval.low > 0.0 || interval.high < 0.0) == (statistic > 1.959964 * 1.959964));
            const Interval turned = paired_interval(second, first, 60);
            CHECK(turned.low == doctest::Approx(-interval.high));
            CHECK(interval.low >= -1.0);
            CHECK(interval.high <= 1.0);
        }
    }
}

TEST_CASE("paired interval: all samples to one side reach 1, and less confidence makes it shorter") {
    const Interval interval = paired_interval(10, 0, 10);
    CHECK(interval.high == doctest::Approx(1.0));
    CHECK(interval.low > 0.3);
    CHECK(paired_interval(10, 0, 10, 0.9).low > interval.low);
}

TEST_CASE("Holm: four p-values are corrected as by hand, in the order given") {
    const std::vector<double> p = {0.01, 0.04, 0.03, 0.005};
    const std::vector<double> corrected = holm(p);
    REQUIRE(corrected.size() == 4);
    CHECK(corrected[0] == approx(0.03));
    CHECK(corrected[1] == approx(0.06));
    CHECK(corrected[2] == approx(0.06));
    CHECK(corrected[3] == approx(0.02));
}

TEST_CASE("Holm: none stay none, one stays as it is, and 1 is the most") {
    CHECK(holm({}).empty());
    CHECK(holm(std::vector<double>{0.04}) == std::vector<double>{0.04});
    CHECK(holm(std::vector<double>{0.9, 0.8}) == std::vector<double>{1.0, 1.0});
}

TEST_CASE("Holm: a corrected p-value is never below the raw one, nor does the correction change their order") {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        std::vector<double> p(1 + random() % 12);
        for (double& value : p) value = static_cast<double>(random() % 100) / 99.0;
        const std::vector<double> corrected = holm(p);
        for (std::size_t a = 0; a < p.size(); ++a) {
            CHECK(corrected[a] >= p[a]);
            CHECK(corrected[a] <= 1.0);
            for (std::size_t b = 0; b < p.size(); ++b) CHECK((p[a] > p[b] || corrected[a] <= corrected[b]));
        }
    }
}
