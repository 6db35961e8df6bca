#include "neurons/models/integrate_and_fire.hpp"

#include "tests/support/lone_population.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace syncopate;

namespace {

constexpr std::int32_t theta = 1 << 10;

struct Outcome {
    int spikes = 0;
    double potential = 0.0;  // in thresholds
};

/// One neuron under currents in thresholds.
Outcome drive(const std::vector<double>& currents, double v_init, std::optional<double> v_reset = {}) {
    const CompiledPopulation population = lone_population(IntegrateAndFire{.v_reset = v_reset}, 10);
    std::vector<Charge> v = {static_cast<Charge>(v_init * theta)};
    Outcome outcome;
    for (const double x : currents) {
        std::vector<std::int32_t> current = {static_cast<std::int32_t>(x * theta)};
        std::vector<std::uint64_t> fired(1);
        population.dynamics->advance(v, std::span<const std::int32_t>(current), fired);
        outcome.spikes += static_cast<int>(fired[0]);
    }
    outcome.potential = static_cast<double>(v[0]) / theta;
    return outcome;
}

}  // namespace

TEST_CASE("T3: the unevenness vectors give their spikes although sums are equal") {
    CHECK(drive({.5, .5, .5, .5}, .5).spikes == 2);
    CHECK(drive({2, 0, 0, 0}, .5).spikes == 2);
    CHECK(drive({0, 0, 0, 2}, .5).spikes == 1);
    CHECK(drive({0, 0, 0, 2}, .5).potential == 1.5);
    CHECK(drive({2, 1, 0, -3}, .5).spikes == 3);
    CHECK(drive({2, 1, 0, -3}, .5).potential == -2.5);
    CHECK(drive({-3, 0, 1, 2}, .5).spikes == 0);
}

TEST_CASE("T2: a constant current gives clip(floor((zT + v0) / theta), 0, T) spikes") {
    std::mt19937_64 random(1);
    for (int k = 0; k < 2000; ++k) {
        CAPTURE(k);
        const int T = 1 + static_cast<int>(random() % 40);
        const double z = static_cast<double>(static_cast<int>(random() % 4096) - 1024) / theta;
        const double v0 = static_cast<double>(random() % theta) / theta;
        const double closed_form = std::clamp(std::floor(z * T + v0), 0.0, static_cast<double>(T));
        CHECK(drive(std::vector(static_cast<std::size_t>(T), z), v0).spikes == static_cast<int>(closed_form));
    }
}

TEST_CASE("T1: with soft reset, potential + spikes · threshold is conserved") {
    std::mt19937_64 random(2);
    for (int k = 0; k < 500; ++k) {
        std::vector<double> currents;
        double sum = 0.25;
        for (int t = 0; t < 50; ++t) {
            currents.push_back(static_cast<double>(static_cast<int>(random() % 4096) - 1800) / theta);
            sum += currents.back();
        }
        const Outcome outcome = drive(currents, 0.25);
        CHECK(outcome.potential + outcome.spikes == sum);
    }
}

TEST_CASE("a potential equal to the threshold fires") {
    CHECK(drive({0.5}, 0.5).spikes == 1);
    CHECK(drive({0.5 - 1.0 / theta}, 0.5).spikes == 0);
}

TEST_CASE("one spike a tick at most; the surplus fires later without input") {
    CHECK(drive({3.0, 0, 0, 0}, 0.0).spikes == 3);
    CHECK(drive({3.0}, 0.0).potential == 2.0);
}

TEST_CASE("hard reset forgets the surplus") {
    CHECK(drive({3.0, 0, 0}, 0.0, 0.0).spikes == 1);
    CHECK(drive({3.0}, 0.0, -0.25).potential == -0.25);
}

TEST_CASE("the potential has no lower bound and does not wrap") {
    const CompiledPopulation population = lone_population(IntegrateAndFire{}, 10);
    std::vector<Charge> v = {0};
    const std::vector<std::int32_t> current = {-((1 << 30) - 1)};
    std::vector<std::uint64_t> fired(1);
    for (int t = 0; t < 1000; ++t) population.dynamics->advance(v, std::span<const std::int32_t>(current), fired);
    CHECK(v[0] == -1000 * Charge{(1 << 30) - 1});
}

TEST_CASE("vectors of every length and every instruction set give what single neurons give") {
    std::mt19937_64 random(3);
    for (const auto target : hwy::SupportedAndGeneratedTargets()) {
        hwy::SetSupportedTargetsForTest(target);
        CAPTURE(hwy::TargetName(target));
        for (const std::size_t n : std::vector<std::size_t>{1, 2, 3, 7, 8, 63, 64, 65, 130}) {
            CAPTURE(n);
            const CompiledPopulation population = lone_population(IntegrateAndFire{}, 10);
            std::vector<Charge> v(n);
            std::vector<std::int32_t> current(n);
            for (std::size_t i = 0; i < n; ++i) {
                v[i] = static_cast<Charge>(random() % 2048) - 512;
                current[i] = static_cast<std::int32_t>(random() % 2048) - 512;
            }
            const std::vector<Charge> before = v;
            std::vector<std::uint64_t> fired((n + 63) / 64, ~std::uint64_t{0});
            population.dynamics->advance(v, std::span<const std::int32_t>(current), fired);
            for (std::size_t i = 0; i < n; ++i) {
                const bool fires = before[i] + current[i] >= theta;
                const bool has_fired = (fired[i / 64] >> (i % 64) & 1) != 0;
                CHECK(has_fired == fires);
                CHECK(v[i] == before[i] + current[i] - (fires ? theta : 0));
            }
            const std::uint64_t beyond = n % 64 == 0 ? 0 : fired.back() >> (n % 64);
            CHECK(beyond == 0);
        }
    }
    hwy::SetSupportedTargetsForTest(0);
}
