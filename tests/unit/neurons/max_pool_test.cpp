#include "neurons/models/max_pool.hpp"

#include "tests/support/lone_population.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace syncopate;

namespace {

/// What a pooling neuron sends when its inputs send these amplitudes, [tick][input].
std::vector<std::int32_t> pooled(MaxPoolRule rule, const std::vector<std::vector<std::int32_t>>& trains) {
    const CompiledPopulation pool = lone_population(MaxPool{.rule = rule}, 0);
    std::vector<Charge> sums(trains.front().size(), 0);
    std::vector<std::int32_t> sent;
    for (const std::vector<std::int32_t>& tick : trains) {
        PooledTick pooled{.before = *std::ranges::max_element(sums)};
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += tick[i];
        pooled.now = *std::ranges::max_element(sums);
        for (std::size_t i = sums.size(); i-- > 0;) {
            if (sums[i] == pooled.now && tick[i] != 0) pooled.winner = tick[i];
        }
        sent.push_back(pool.pooling->output(pooled));
    }
    return sent;
}

}  // namespace

TEST_CASE("max pooling by counts sends what the largest count grows by, so that their sum is the largest count") {
    const std::vector<std::vector<std::int32_t>> trains = {{1, 0}, {0, 1}, {1, 0}, {0, 1}, {0, 1}};
    CHECK(pooled(MaxPoolRule::counts, trains) == std::vector<std::int32_t>{1, 0, 1, 0, 1});
}

TEST_CASE("max pooling by gate sends the spikes of whoever leads, who is whoever spikes among equals") {
    const std::vector<std::vector<std::int32_t>> trains = {{1, 0}, {0, 1}, {1, 0}, {0, 1}, {0, 1}};
    CHECK(pooled(MaxPoolRule::gate, trains) == std::vector<std::int32_t>{1, 1, 1, 1, 1});
    CHECK(pooled(MaxPoolRule::gate, {{1, 0}, {1, 1}, {0, 1}}) == std::vector<std::int32_t>{1, 1, 1});
    CHECK(pooled(MaxPoolRule::gate, {{1, 0}, {1, 0}, {0, 1}}) == std::vector<std::int32_t>{1, 1, 0});
}

TEST_CASE("max pooling takes amplitudes for as many spikes") {
    CHECK(pooled(MaxPoolRule::counts, {{3, 2}, {0, 2}, {0, 1}}) == std::vector<std::int32_t>{3, 1, 1});
    CHECK(pooled(MaxPoolRule::gate, {{3, 2}, {0, 2}, {0, 1}}) == std::vector<std::int32_t>{3, 2, 1});
}

TEST_CASE("only the counts rule says that its sum is a function of counts") {
    CHECK(lone_population(MaxPool{.rule = MaxPoolRule::counts}, 0).pooling->keeps_largest_sum());
    CHECK_FALSE(lone_population(MaxPool{.rule = MaxPoolRule::gate}, 0).pooling->keeps_largest_sum());
}
