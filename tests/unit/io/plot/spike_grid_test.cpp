#include "io/plot/spike_grid.hpp"

#include "io/plot/axis.hpp"

#include <doctest/doctest.h>

#include <numeric>
#include <random>

using namespace syncopate;

TEST_CASE("spike grid: with room enough each cell is one neuron at one tick") {
    SpikeGrid grid({.neurons = 3, .begin = 10, .end = 14, .most_rows = 3, .most_columns = 9});
    CHECK(grid.is_exact());
    grid.add({{10, 13, 13}, {2, 0, 2}, {1, 4, -1}});
    CHECK(grid.count(2, 0) == 1);
    CHECK(grid.count(0, 3) == 1);
    CHECK(grid.negative(0, 3) == 0);
    CHECK(grid.negative(2, 3) == 1);
    CHECK(grid.count(1, 1) == 0);
    CHECK(grid.spikes() == 3);
    CHECK(grid.mean() == doctest::Approx(3.0 / 12.0));
    grid.clear();
    CHECK(grid.spikes() == 0);
    CHECK(grid.count(2, 0) == 0);
}

TEST_CASE("spike grid: a spike of every neuron at every tick has density 1 in every cell, whatever the sizes") {
    for (std::uint32_t seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        const auto below = [&](std::uint32_t n) { return static_cast<std::int64_t>(1 + random() % n); };
        const SpikeGrid::Extents extents = {below(60), 5, 5 + below(60), below(20), below(20)};
        CAPTURE(extents.neurons);
        CAPTURE(extents.end);
        SpikeGrid grid(extents);
        SpikeTrain all;
        for (std::int64_t t = extents.begin; t < extents.end; ++t) {
            for (std::int64_t n = 0; n < extents.neurons; ++n) {
                all.times.push_back(static_cast<std::int32_t>(t));
                all.ids.push_back(static_cast<std::int32_t>(n));
            }
        }
        grid.add(all);
        CHECK(grid.rows() <= extents.most_rows);
        CHECK(grid.columns() <= extents.most_columns);
        for (const double density : grid.densities()) CHECK(density == doctest::Approx(1.0));
        CHECK(grid.mean() == doctest::Approx(1.0));
    }
}

TEST_CASE("spike grid: sizes up to the limits of the format do not overflow") {
    constexpr std::int32_t large = 1 << 30;
    SpikeGrid grid(
        {.neurons = large, .begin = large, .end = std::int64_t{2} * large, .most_rows = 200, .most_columns = 1040});
    grid.add({{large, 2147483647}, {0, large - 1}, {}});
    CHECK(grid.count(0, 0) == 1);
    CHECK(grid.count(grid.rows() - 1, grid.columns() - 1) == 1);
    CHECK(grid.mean() == doctest::Approx(2.0 / (1073741824.0 * 1073741824.0)));
}

TEST_CASE("axis: the marks are round, inside and about as many as wanted") {
    CHECK(round_values(0.0, 31.0, 10) == std::vector<double>{0, 5, 10, 15, 20, 25, 30});
    CHECK(round_values(-1.2, 1.4, 4) == std::vector<double>{-1, 0, 1});
    CHECK(round_values(0.0, 1.0, 4).size() == 3);  // 0, 0.5, 1
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        const double low = std::ldexp(static_cast<double>(random()) - 2e9, static_cast<int>(random() % 60) - 60);
        const double high = low + std::ldexp(1.0 + static_cast<double>(random()), static_cast<int>(random() % 60) - 60);
        const std::vector<double> values = round_values(low, high, 5);
        CHECK(values.size() <= 7);
        for (const double v : values) {
            const double slack = (high - low) * 1e-6 + std::abs(low) * 1e-12;
            CHECK((v >= low - slack && v <= high + slack));
        }
    }
}

TEST_CASE("axis: numbers are written short") {
    CHECK(short_number(0.25) == "0.25");
    CHECK(short_number(0.065834) == "0.0658");
    CHECK(short_number(0.065834, 5) == "0.065834");
    CHECK(grouped_digits(0) == "0");
    CHECK(grouped_digits(999) == "999");
    CHECK(grouped_digits(12544) == "12,544");
    CHECK(grouped_digits(-1234567) == "-1,234,567");
    CHECK(grouped_digits(-123) == "-123");
}
