#include "io/study/crossed.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace syncopate;

namespace {

/// [image][seed]
using Table = std::vector<std::vector<std::int64_t>>;

CrossedSums sums_of(const Table& table) {
    return crossed_sums(std::ssize(table), std::ssize(table.front()), [&](std::int64_t i, std::int64_t s) {
        return table[static_cast<std::size_t>(i)][static_cast<std::size_t>(s)];
    });
}

const Table mixed = {{1, 1, 0}, {0, 1, 0}, {-1, 0, 0}, {1, 1, 1}, {0, 0, 0}, {0, 1, -1}};

}  // namespace

TEST_CASE("crossed mean: the mean squares of a table, by hand") {
    // Sums of images 2 1 -1 3 0 0, of seeds 1 4 0, of all 5; squares 9.
    const CrossedSums sums = sums_of(mixed);
    CHECK(sums.total == 5);
    CHECK(sums.squares == 9);
    CHECK(sums.image_squares == 15);
    CHECK(sums.seed_squares == 17);
    const double correction = 25.0 / 18.0;
    const double images = (15.0 / 3.0 - correction) / 5.0, seeds = (17.0 / 6.0 - correction) / 2.0;
    const double rest = (9.0 - 15.0 / 3.0 - 17.0 / 6.0 + correction) / 10.0;
    const CrossedMean mean = crossed_mean(sums, SeedDraws::own);
    CHECK(mean.mean == doctest::Approx(5.0 / 18.0));
    CHECK(mean.rest == doctest::Approx(rest));
    CHECK(mean.image == doctest::Approx((images - rest) / 3.0));
    CHECK(mean.seed == doctest::Approx((seeds - rest) / 6.0));
    CHECK(mean.variance == doctest::Approx(mean.image / 6.0 + mean.seed / 3.0 + mean.rest / 18.0));
    const double squared = (images + seeds - rest) * (images + seeds - rest);
    CHECK(mean.degrees ==
          doctest::Approx(squared / (images * images / 5.0 + seeds * seeds / 2.0 + rest * rest / 10.0)));
}

TEST_CASE("crossed mean: seeds that agree add nothing, and the variance is that of the images") {
    const CrossedMean mean = crossed_mean(sums_of({{1, 1}, {0, 0}, {0, 0}, {1, 1}, {1, 1}}), SeedDraws::own);
    CHECK(mean.mean == doctest::Approx(0.6));
    CHECK(mean.seed == 0.0);
    CHECK(mean.rest == doctest::Approx(0.0));
    CHECK(mean.variance == doctest::Approx(0.24 / 4.0));  // p(1 − p) / (n − 1)
    CHECK(mean.degrees == 4.0);
}

TEST_CASE("crossed mean: where only seeds differ, the degrees of freedom are those of the seeds") {
    const CrossedMean mean = crossed_mean(sums_of({{1, 0, 1}, {1, 0, 1}, {1, 0, 1}, {1, 0, 1}}), SeedDraws::own);
    CHECK(mean.image == 0.0);
    CHECK(mean.seed == doctest::Approx(1.0 / 3.0));
    CHECK(mean.variance == doctest::Approx(1.0 / 9.0));
    CHECK(mean.degrees == doctest::Approx(2.0));
}

TEST_CASE("crossed mean: common draws leave no more degrees of freedom than there are seeds less one") {
    CHECK(crossed_mean(sums_of(mixed), SeedDraws::common).degrees <= 2.0);
    const CrossedMean agreeing = crossed_mean(sums_of({{1, 1}, {0, 0}, {1, 1}}), SeedDraws::common);
    CHECK(agreeing.degrees == 1.0);
    CHECK(t_interval(agreeing).high - agreeing.mean ==
          doctest::Approx(12.7062 * std::sqrt(agreeing.variance)).epsilon(1e-4));
}

TEST_CASE("crossed mean: p is below 0.05 exactly where the interval leaves out 0") {
    for (std::int64_t gains = 0; gains <= 20; ++gains) {
        CAPTURE(gains);
        Table table(40, {0, 0, 0});
        for (std::int64_t i = 0; i < gains; ++i) table[static_cast<std::size_t>(i)] = {1, i % 3 == 0 ? 0 : 1, 1};
        table[39] = {-1, 0, 0};
        const CrossedMean mean = crossed_mean(with_imagined_differences(sums_of(table)), SeedDraws::own);
        const Interval interval = t_interval(mean);
        CHECK((p_of_zero(mean) < 0.05) == (interval.low > 0.0 || interval.high < 0.0));
    }
}

TEST_CASE("imagined differences: none at all have an interval around 0, and no evidence") {
    const CrossedMean mean = crossed_mean(with_imagined_differences(sums_of(Table(98, {0, 0}))), SeedDraws::own);
    CHECK(mean.mean == 0.0);
    CHECK(p_of_zero(mean) == 1.0);
    CHECK(mean.variance == doctest::Approx(1.0 / (100.0 * 99.0)));  // one image of 100 differs, up or down
}

TEST_CASE("imagined shares: all right of n stays below 1, and the centre is Agresti and Coull's") {
    const CrossedSums sums = with_imagined_shares(sums_of(Table(96, {1, 1, 1})));
    CHECK(sums.images == 100);
    CHECK(sums.total == 3 * 98);
    CHECK(sums.squares == 3 * 98);
    CHECK(sums.image_squares == 9 * 98);
    CHECK(sums.seed_squares == 3 * 98 * 98);
    const CrossedMean mean = crossed_mean(sums, SeedDraws::own);
    CHECK(mean.mean == doctest::Approx(0.98));
    CHECK(t_interval(mean).low < 0.98);
}

TEST_CASE("crossed sums: the order of images and seeds does not matter") {
    Table turned = mixed;
    std::swap(turned[0], turned[4]);
    for (auto& image : turned) std::swap(image[0], image[2]);
    const CrossedSums a = sums_of(mixed), b = sums_of(turned);
    CHECK(a.image_squares == b.image_squares);
    CHECK(a.seed_squares == b.seed_squares);
}
