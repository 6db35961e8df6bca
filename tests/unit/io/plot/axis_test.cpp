#include "io/plot/axis.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <utility>

using namespace syncopate;

namespace {

ValueRange range_of(double low, double high) {
    ValueRange range;
    range.include(low);
    range.include(high);
    return range;
}

}  // namespace

TEST_SUITE("plot") {
    TEST_CASE("A linear axis has all its values and marks inside") {
        const Axis axis = linear_axis("accuracy", range_of(84.0, 95.0));
        CHECK(axis.low < 84.0);
        CHECK(axis.high > 95.0);
        REQUIRE(axis.marks.size() >= 3);
        for (const AxisMark& mark : axis.marks) CHECK((mark.value >= axis.low && mark.value <= axis.high));
        CHECK(axis.share(axis.low) == 0.0);
        CHECK(axis.share(axis.high) == 1.0);
        CHECK(axis.share(1e9) == 1.0);
    }

    TEST_CASE("Axes of one value, of none and of absurd ones have a length") {
        const double infinite = std::numeric_limits<double>::infinity();
        for (const ValueRange& range :
             {ValueRange{}, range_of(0.0, 0.0), range_of(0.95, 0.95), range_of(-1e300, 1e300), range_of(5.0, infinite)})
            for (const Axis& axis : {linear_axis("", range), axis_from_zero("", range)}) {
                CHECK(axis.low < axis.high);
                CHECK(std::isfinite(axis.low));
                CHECK(std::isfinite(axis.high));
                CHECK(axis.marks.size() < 30);
            }
    }

    TEST_CASE("Doubling T moves as far everywhere on a latency axis") {
        const Axis axis = latency_axis("T", {4, 8, 16});
        CHECK(axis.share(8) - axis.share(4) == doctest::Approx(axis.share(16) - axis.share(8)));
        CHECK(axis.share(8) == doctest::Approx(0.5));
        REQUIRE(axis.marks.size() == 3);
        CHECK(axis.marks[2].label == "16");
    }

    TEST_CASE("Neighbouring marks have different labels") {
        for (const double size : {1e-6, 1e-3, 0.02, 1.0, 30.0, 5e3, 2e7}) {
            const Axis axis = linear_axis("", range_of(size, 1.5 * size));
            for (std::size_t n = 1; n < axis.marks.size(); ++n) CHECK(axis.marks[n].label != axis.marks[n - 1].label);
        }
    }

    TEST_CASE("Ticks are numbered from 0 in the middle of their columns") {
        const Axis axis = tick_axis("tick", 0, 4);
        CHECK(axis.share(0.0) == doctest::Approx(0.125));
        CHECK(axis.share(3.0) == doctest::Approx(0.875));
        CHECK(axis.marks.front().label == "0");
        CHECK(tick_axis("tick", 0, 1).marks.size() == 1);
        CHECK(tick_axis("tick", 0, 0).low < tick_axis("tick", 0, 0).high);
    }

    TEST_CASE("An axis around zero shows it, and has room only beyond it") {
        for (const auto& [low, high] : {std::pair{0.2, 1.0}, {-3.0, -1.0}, {-1.0, 2.0}, {0.0, 0.0}, {1e-30, 1e-30}}) {
            const Axis axis = axis_around_zero("", range_of(low, high));
            CHECK(axis.low < axis.high);
            CHECK(axis.low <= std::min(low, 0.0));
            CHECK(axis.high >= std::max(high, 0.0));
            CHECK((axis.low == 0.0) == (low >= 0.0));
        }
    }

    TEST_CASE("Ticks of a window that begins later keep their numbers") {
        const Axis axis = tick_axis("tick", 40, 44);
        CHECK(axis.share(39.5) == 0.0);
        CHECK(axis.share(43.5) == 1.0);
        for (const AxisMark& mark : axis.marks) CHECK((mark.value >= 40.0 && mark.value <= 43.0));
    }

    TEST_CASE("Marks are round, inside and about as many as wanted") {
        CHECK(round_values(0.0, 31.0, 10) == std::vector<double>{0, 5, 10, 15, 20, 25, 30});
        CHECK(round_values(-1.2, 1.4, 4) == std::vector<double>{-1, 0, 1});
        CHECK(round_values(0.0, 1.0, 4).size() == 3);  // 0, 0.5, 1
        for (std::uint32_t seed = 1; seed <= 200; ++seed) {
            CAPTURE(seed);
            std::mt19937 random(seed);
            const double low = std::ldexp(static_cast<double>(random()) - 2e9, static_cast<int>(random() % 60) - 60);
            const double high =
                low + std::ldexp(1.0 + static_cast<double>(random()), static_cast<int>(random() % 60) - 60);
            const std::vector<double> values = round_values(low, high, 5);
            CHECK(values.size() <= 7);
            for (const double v : values) {
                const double slack = (high - low) * 1e-6 + std::abs(low) * 1e-12;
                CHECK((v >= low - slack && v <= high + slack));
            }
        }
    }
}
