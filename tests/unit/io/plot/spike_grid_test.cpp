#include "io/plot/spike_grid.hpp"

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
