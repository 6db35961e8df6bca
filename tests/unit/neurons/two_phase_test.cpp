
#include "neurons/models/two_phase.hpp"
#include "core/random/random.hpp"

#include "tests/support/lone_population.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <random>
#include <vector>

using namespace syncopate;

namespace {

constexpr int bits = 10;
constexpr Charge theta = 1 << bits;

/// A flat row of neurons, each with a draw of its own.
RowSite row_of(std::size_t neurons, Tick duration, std::uint64_t seed = 1) {
    return {{seed, 3}, 17, {static_cast<std::int32_t>(neurons), 1, 1}, 0, duration};
}

/// What the second phase of a row did.
struct Fired {
    std::vector<std::int32_t> counts;
    std::vector<Charge> potential;
    RowTrains trains;

    std::vector<Tick> train(std::size_t i) const {
        return {trains.ticks.begin() + trains.begin[i], trains.ticks.begin() + trains.begin[i + 1]};
    }
    double mean() const {
        double sum = 0.0;
        for (const std::int32_t count : counts) sum += count;
        return sum / static_cast<double>(counts.size());
    }
};

Fired fire(TwoPhaseRule rule, std::vector<Charge> potential, const RowSite& site, int fraction_bits = 10) {
    Fired fired{std::vector<std::int32_t>(potential.size(), 0), std::move(potential), {}};
    lone_population(TwoPhase{.rule = rule}, fraction_bits)
        .second_phase->fire(fired.potential, site, fired.counts, &fired.trains);
    return fired;
}

/// Many neurons with the same potential, u in quarters of a threshold.
Fired fire_many(TwoPhaseRule rule, std::size_t neurons, Charge quarters, Tick duration, std::uint64_t seed = 1) {
    return fire(rule, std::vector<Charge>(neurons, quarters * theta / 4), row_of(neurons, duration, seed));
}

std::vector<Charge> random_potentials(std::size_t count, Charge low, Charge high, std::mt19937_64& random) {
    std::vector<Charge> potential(count);
    for (Charge& v : potential) v = std::uniform_int_distribution<Charge>(low, high)(random);
    return potential;
}

std::int64_t factorial(std::int64_t n) { return n < 2 ? 1 : n * factorial(n - 1); }

/// 4^r · r! · P(N = k + 1) of a stochastic neuron with u = q / 4 = k + f before r ticks (METHODS.md, Two-phase
/// neurons).
std::int64_t scaled_probability(std::int64_t q, std::int64_t r) {
    if (q < 0) return factorial(r) << (2 * r);
    if (q >= 4 * r) return 0;
    return q * scaled_probability(q - 4, r - 1) + (4 * r - q) * scaled_probability(q, r - 1);
}

/// One row of the table: P(N = k + 1) = numerator / denominator.
struct Law {
    Tick T;
    Charge quarters;
    std::int64_t numerator, denominator;
};
constexpr std::array<Law, 10> table = {{{2, 2, 5, 8},
                                        {2, 6, 3, 8},
                                        {4, 1, 893, 2048},
                                        {4, 2, 93, 128},
                                        {4, 6, 73, 128},
                                        {4, 10, 55, 128},
                                        {4, 14, 35, 128},
                                        {8, 2, 26333, 32768},
                                        {8, 6, 22901, 32768},
                                        {8, 30, 6435, 32768}}};

/// The slow twin: one neuron, tick by tick, from the equations; p is compared as r · b < a · 2^32 without rounding.
std::vector<Tick> fire_alone(TwoPhaseRule rule, Charge threshold, Charge& v, DrawSite site, Tick duration) {
    std::vector<Tick> train;
    for (Tick t = 0; t < duration; ++t) {
        const Tick remaining = rule == TwoPhaseRule::memoryless ? duration : duration - t;
        site.tick = static_cast<std::uint32_t>(t);
        bool spikes = std::ldexp(static_cast<long double>(v), 32) >
                      static_cast<long double>(draw_firing(site)) * static_cast<long double>(threshold * remaining);
        if (rule == TwoPhaseRule::deterministic) spikes = 2 * v >= threshold;
        if (!spikes) continue;
        train.push_back(t);
        if (rule != TwoPhaseRule::memoryless) v -= threshold;
    }
    return train;
}

constexpr std::array<TwoPhaseRule, 3> all_rules = {TwoPhaseRule::stochastic, TwoPhaseRule::memoryless,
                                                   TwoPhaseRule::deterministic};

}  // namespace

TEST_CASE("T4: a stochastic neuron between 0 and T spikes k or k + 1 times, never anything else") {
    std::mt19937_64 random(1);
    for (const Tick T : {1, 2, 3, 4, 8, 13, 32, 65}) {
        CAPTURE(T);
        const std::vector<Charge> before = random_potentials(2000, 1, T * theta - 1, random);
        const Fired fired = fire(TwoPhaseRule::stochastic, before, row_of(before.size(), T));
        std::size_t beyond = 0, wrong = 0;
        for (std::size_t i = 0; i < before.size(); ++i) {
            const auto k = static_cast<std::int32_t>(before[i] / theta);
            if (fired.counts[i] != k && fired.counts[i] != k + 1) ++beyond;
            if (fired.potential[i] != before[i] - fired.counts[i] * theta) ++wrong;
        }
        CHECK(beyond == 0);
        CHECK(wrong == 0);
    }
}

TEST_CASE("T4: a stochastic neuron with an integer potential spikes exactly so often") {
    for (const Tick T : {1, 4, 8, 64, 65}) {
        for (Tick k = 0; k <= T; ++k) {
            CAPTURE(T);
            CAPTURE(k);
            const Fired fired = fire_many(TwoPhaseRule::stochastic, 200, 4 * k, T);
            CHECK(fired.counts == std::vector<std::int32_t>(200, k));
            CHECK(fired.potential == std::vector<Charge>(200, 0));
        }
    }
}

TEST_CASE("T4: every arrangement of k spikes in T ticks is equally likely") {
    struct Case {
        Tick T, k;
        std::size_t arrangements;
        double critical;  // 99.9 % of χ² with arrangements − 1 degrees of freedom
    };
    for (const Case& c : {Case{4, 1, 4, 16.27}, Case{5, 2, 10, 27.88}, Case{6, 3, 20, 43.82}, Case{7, 6, 7, 22.46}}) {
        CAPTURE(c.T);
        constexpr std::size_t draws = 20000;
        const Fired fired = fire_many(TwoPhaseRule::stochastic, draws, 4 * c.k, c.T);
        std::map<std::vector<Tick>, int> seen;
        for (std::size_t i = 0; i < draws; ++i) ++seen[fired.train(i)];
        REQUIRE(seen.size() == c.arrangements);
        const double expected = static_cast<double>(draws) / static_cast<double>(c.arrangements);
        double sum = 0.0;
        for (const auto& [train, count] : seen) sum += (count - expected) * (count - expected) / expected;
        CHECK(sum < c.critical);
    }
}

TEST_CASE("T4: the table of the exact law is what its recursion gives") {
    for (const Law& law : table) {
        CAPTURE(law.T);
        CAPTURE(law.quarters);
        const std::int64_t whole = factorial(law.T) << (2 * law.T);
        CHECK(scaled_probability(law.quarters, law.T) * law.denominator == law.numerator * whole);
    }
}

TEST_CASE("T4 and T5: the share of neurons with k + 1 spikes is that of the exact law") {
    constexpr std::size_t draws = 100000;
    for (const Law& law : table) {
        CAPTURE(law.T);
        CAPTURE(law.quarters);
        const double p = static_cast<double>(law.numerator) / static_cast<double>(law.denominator);
        const Fired fired = fire_many(TwoPhaseRule::stochastic, draws, law.quarters, law.T, 5);
        const double share = fired.mean() - static_cast<double>(law.quarters / 4);
        CHECK(std::abs(share - p) < 4.0 * std::sqrt(p * (1.0 - p) / draws));
    }
}

TEST_CASE("T4: a stochastic neuron at or below 0 is silent, one at or above T always spikes") {
    const Tick T = 8;
    std::vector<Charge> before = {0, -1, -theta, -(Charge{1} << 50), T * theta, T * theta + 1, 100 * T * theta};
    const Fired fired = fire(TwoPhaseRule::stochastic, before, row_of(before.size(), T));
    CHECK(fired.counts == std::vector<std::int32_t>{0, 0, 0, 0, T, T, T});
    for (std::size_t i = 4; i < before.size(); ++i) before[i] -= T * theta;
    CHECK(fired.potential == before);
    CHECK(fired.train(4) == std::vector<Tick>{0, 1, 2, 3, 4, 5, 6, 7});
}

TEST_CASE(
    "the largest potential that a window can bring makes a neuron spike at every tick, whatever its fixed point") {
    for (const TwoPhaseRule rule : all_rules) {
        for (const int fraction_bits : {1, 2, 8, 16, 24}) {
            for (const Tick T : {1, 4, 64, 1000}) {
                CAPTURE(static_cast<int>(rule));
                CAPTURE(fraction_bits);
                CAPTURE(T);
                const Charge threshold = Charge{1} << fraction_bits;
                const Charge v = T * max_current;
                const Fired fired = fire(rule, {v, -v}, row_of(2, T), fraction_bits);
                CHECK(fired.counts == std::vector<std::int32_t>{T, 0});
                CHECK(fired.potential[0] == (rule == TwoPhaseRule::memoryless ? v : v - T * threshold));
                CHECK(fired.potential[1] == -v);
            }
        }
    }
}

TEST_CASE("T5: below one threshold, spikes become more likely towards the end of the window") {
    constexpr std::size_t draws = 100000;
    const Fired fired = fire_many(TwoPhaseRule::stochastic, draws, 2, 4);
    std::array<double, 4> share = {};
    for (const Tick tick : fired.trains.ticks) share[static_cast<std::size_t>(tick)] += 1.0 / draws;
    constexpr std::array<double, 4> expected = {1.0 / 8, 7.0 / 48, 35.0 / 192, 35.0 / 128};
    for (std::size_t t = 0; t < 4; ++t) {
        CAPTURE(t);
        CHECK(std::abs(share[t] - expected[t]) < 4.0 * std::sqrt(expected[t] * (1.0 - expected[t]) / draws));
    }
}

TEST_CASE("a memoryless neuron has the mean clip(u, 0, T), the variance of a binomial, and keeps its potential") {
    constexpr std::size_t draws = 50000;
    for (const Tick T : {1, 4, 8}) {
        for (const Charge quarters : {-3, 0, 1, 2, 3, 6, 10, 15, 30, 32, 50}) {
            CAPTURE(T);
            CAPTURE(quarters);
            const Fired fired = fire_many(TwoPhaseRule::memoryless, draws, quarters, T, 9);
            const double p = std::clamp(static_cast<double>(quarters) / 4.0 / T, 0.0, 1.0);
            const double variance = T * p * (1.0 - p);
            double sum = 0.0;
            for (const std::int32_t count : fired.counts) sum += (count - T * p) * (count - T * p);
            CHECK(std::abs(fired.mean() - T * p) <= 4.0 * std::sqrt(variance / draws));
            const double fourth = variance * (1.0 + 3.0 * (T - 2) * p * (1.0 - p));
            CHECK(std::abs(sum / draws - variance) <= 4.0 * std::sqrt((fourth - variance * variance) / draws) + 1e-12);
            CHECK(fired.potential == std::vector<Charge>(draws, quarters * theta / 4));
        }
    }
}

TEST_CASE("a deterministic neuron spikes clip(floor(u + 1/2), 0, T) times, ties up, at the earliest ticks") {
    const Fired fired = fire(TwoPhaseRule::deterministic,
                             {-5 * theta, -theta / 2, -1, 0, theta / 2 - 1, theta / 2, theta, 3 * theta / 2 - 1,
                              3 * theta / 2, 4 * theta - theta / 2 - 1, 4 * theta, 9 * theta},
                             row_of(12, 4));
    CHECK(fired.counts == std::vector<std::int32_t>{0, 0, 0, 0, 0, 1, 1, 1, 2, 3, 4, 4});
    CHECK(fired.train(8) == std::vector<Tick>{0, 1});
    CHECK(fired.train(11) == std::vector<Tick>{0, 1, 2, 3});
    CHECK(fired.train(0).empty());
    CHECK(fired.potential[5] == -theta / 2);
    CHECK(fired.potential[11] == 5 * theta);
    CHECK(fired.potential[0] == -5 * theta);
}

TEST_CASE("T1: potential + spikes · threshold is conserved by stochastic and deterministic neurons") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random(seed);
        const auto T = static_cast<Tick>(1 + random() % 100);
        const std::vector<Charge> before = random_potentials(300, -T * theta, 2 * T * theta, random);
        for (const TwoPhaseRule rule : {TwoPhaseRule::stochastic, TwoPhaseRule::deterministic}) {
            const Fired fired = fire(rule, before, row_of(before.size(), T, seed));
            std::vector<Charge> sum = fired.potential;
            for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += fired.counts[i] * theta;
            CHECK(sum == before);
        }
    }
}

TEST_CASE("every instruction set fires as single neurons do, with trains or counts only") {
    std::mt19937_64 random(2);
    for (const auto target : hwy::SupportedAndGeneratedTargets()) {
        hwy::SetSupportedTargetsForTest(target);
        CAPTURE(hwy::TargetName(target));
        for (const Tick T : {1, 2, 3, 4, 5, 31, 32, 63, 64, 65, 130}) {
            CAPTURE(T);
            for (const TwoPhaseRule rule : all_rules) {
                CAPTURE(static_cast<int>(rule));
                const int fraction_bits = std::array<int, 4>{1, 10, 17, 24}[random() % 4];
                CAPTURE(fraction_bits);
                const Charge threshold = Charge{1} << fraction_bits;
                const Shape shape{static_cast<std::int32_t>(1 + random() % 5), 3,
                                  static_cast<std::int32_t>(1 + random() % 6)};
                const RowSite site{{random(), static_cast<std::uint32_t>(random())},
                                   static_cast<std::uint32_t>(random()),
                                   shape,
                                   2,
                                   T};
                const auto n = static_cast<std::size_t>(shape.channels * shape.width);
                const std::vector<Charge> before = random_potentials(n, -threshold, (T + 1) * threshold, random);
                const Fired fired = fire(rule, before, site, fraction_bits);
                std::vector<Charge> potential = before;
                std::vector<std::int32_t> counts(n, 5);
                lone_population(TwoPhase{.rule = rule}, fraction_bits)
                    .second_phase->fire(potential, site, counts, nullptr);
                REQUIRE(fired.trains.positions() == n);
                REQUIRE(potential == fired.potential);
                for (std::size_t i = 0; i < n; ++i) {
                    CAPTURE(i);
                    const auto c = static_cast<std::uint32_t>(i) % static_cast<std::uint32_t>(shape.channels);
                    const auto x = static_cast<std::uint32_t>(i) / static_cast<std::uint32_t>(shape.channels);
                    Charge v = before[i];
                    const std::vector<Tick> train =
                        fire_alone(rule, threshold, v,
                                   {site.key.seed, site.key.sample, site.population,
                                    (c * 3 + 2) * static_cast<std::uint32_t>(shape.width) + x, 0, Purpose::firing},
                                   T);
                    REQUIRE(fired.train(i) == train);
                    REQUIRE(fired.counts[i] == static_cast<std::int32_t>(train.size()));
                    REQUIRE(counts[i] == 5 + fired.counts[i]);
                    REQUIRE(fired.potential[i] == v);
                }
            }
        }
    }
    hwy::SetSupportedTargetsForTest(0);
}

TEST_CASE("a neuron's spikes do not depend on its neighbours") {
    std::mt19937_64 random(3);
    const Tick T = 9;
    for (const TwoPhaseRule rule : all_rules) {
        CAPTURE(static_cast<int>(rule));
        const std::vector<Charge> before = random_potentials(40, -theta, (T + 1) * theta, random);
        const Fired together = fire(rule, before, row_of(before.size(), T));
        for (std::size_t i = 0; i < before.size(); ++i) {
            CAPTURE(i);
            std::vector<Charge> others = random_potentials(before.size(), -T * theta, T * theta, random);
            others[i] = before[i];
            CHECK(fire(rule, others, row_of(others.size(), T)).train(i) == together.train(i));
        }
    }
}

TEST_CASE("a neuron spikes differently in another sample, with another seed and in another population") {
    const std::vector<Charge> before(50, 4 * theta);
    const RowSite site = row_of(before.size(), 8);
    const std::vector<Tick> ticks = fire(TwoPhaseRule::stochastic, before, site).trains.ticks;
    CHECK(fire(TwoPhaseRule::stochastic, before, site).trains.ticks == ticks);
    RowSite other = site;
    other.key.sample = 4;
    CHECK(fire(TwoPhaseRule::stochastic, before, other).trains.ticks != ticks);
    other = site, other.key.seed = 2;
    CHECK(fire(TwoPhaseRule::stochastic, before, other).trains.ticks != ticks);
    other = site, other.population = 18;
    CHECK(fire(TwoPhaseRule::stochastic, before, other).trains.ticks != ticks);
}
