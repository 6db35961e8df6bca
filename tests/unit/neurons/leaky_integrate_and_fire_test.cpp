#include "neurons/models/leaky_integrate_and_fire.hpp"

#include "tests/support/lone_population.hpp"
#include "tests/support/plain_models.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <cmath>
#include <random>
#include <vector>

using namespace syncopate;

namespace {

/// The potential after so many ticks of one current, in thresholds; the threshold is out of reach.
double potential_after(int ticks, double tau, double v_init, double current) {
    constexpr int bits = 24;
    const CompiledPopulation population = lone_population(LeakyIntegrateAndFire{.tau = tau, .v_init = v_init}, bits);
    std::vector<Charge> v = {population.v_init};
    const std::vector<std::int32_t> x = {static_cast<std::int32_t>(to_charge(current, bits))};
    std::vector<std::uint64_t> fired(1);
    for (int t = 0; t < ticks; ++t) {
        population.dynamics->advance(v, std::span<const std::int32_t>(x), fired);
        REQUIRE(fired[0] == 0);
    }
    return from_charge(v[0], bits);
}

}  // namespace

TEST_CASE("without current a potential falls by the factor 1 - 1 / tau a tick") {
    for (const double tau : {1.0, 1.5, 2.0, 20.0, 1000.0}) {
        CAPTURE(tau);
        for (const int ticks : {1, 2, 10, 50}) {
            const double closed_form = 0.75 * std::pow(1.0 - 1.0 / tau, ticks);
            // Half a step is lost to every rounding, and lambda is exact to 2^-25.
            CHECK(std::abs(potential_after(ticks, tau, 0.75, 0.0) - closed_form) <= ticks * std::ldexp(1.0, -24));
        }
    }
}

TEST_CASE("a constant current brings the potential to tau times the current, as the geometric series says") {
    for (const double tau : {2.0, 5.0, 20.0}) {
        CAPTURE(tau);
        const double z = 0.9 / tau;  // ends below the threshold
        for (const int ticks : {1, 3, 30, 600}) {
            const double closed_form = z * tau * (1.0 - std::pow(1.0 - 1.0 / tau, ticks));
            CHECK(std::abs(potential_after(ticks, tau, 0.0, z) - closed_form) <= tau * std::ldexp(2.0, -24));
        }
    }
}

TEST_CASE("halves are rounded upwards, of negative potentials too") {
    // tau = 2 halves; 2^-1 of 3 and of -3 steps.
    const CompiledPopulation population = lone_population(LeakyIntegrateAndFire{.tau = 2.0}, 8);
    std::vector<Charge> v = {3, -3, 4, -4, 1, -1};
    const std::vector<std::int32_t> none(v.size(), 0);
    std::vector<std::uint64_t> fired(1);
    population.dynamics->advance(v, std::span<const std::int32_t>(none), fired);
    CHECK(v == std::vector<Charge>{2, -1, 2, -2, 1, 0});
}

TEST_CASE("every instruction set leaks, fires and resets as the plain version does, up to the largest potentials") {
    std::mt19937_64 random(11);
    for (const auto target : hwy::SupportedAndGeneratedTargets()) {
        hwy::SetSupportedTargetsForTest(target);
        CAPTURE(hwy::TargetName(target));
        for (int k = 0; k < 60; ++k) {
            LeakyIntegrateAndFire model{
                .tau = k % 7 == 0 ? 1.0 : 1.0 + std::ldexp(static_cast<double>(random() % 4096), -(k % 12))};
            if (k % 3 == 0) model.v_reset = -0.5;
            const CompiledPopulation population = lone_population(model, 12);
            const std::size_t n = 1 + random() % 130;
            std::vector<Charge> v(n), current(n);
            for (std::size_t i = 0; i < n; ++i) {
                const int size = static_cast<int>(random() % 61);
                v[i] = static_cast<Charge>(random() >> (63 - size)) * (random() % 2 == 0 ? 1 : -1);
                current[i] = static_cast<Charge>(random() % 8192) - 4096;
            }
            std::vector<Charge> expected = v;
            std::vector<std::uint64_t> fired((n + 63) / 64);
            population.dynamics->advance(v, std::span<const Charge>(current), fired);
            for (std::size_t i = 0; i < n; ++i) {
                const std::int32_t sent =
                    plain_model("leaky_integrate_and_fire").tick(population.model, expected[i], current[i]);
                CHECK(sent == static_cast<std::int32_t>(fired[i / 64] >> (i % 64) & 1));
            }
            CHECK(v == expected);
        }
    }
    hwy::SetSupportedTargetsForTest(0);
}

TEST_CASE("a leaky neuron states no balance of charge, so no study decomposes its errors") {
    CHECK(!lone_population(LeakyIntegrateAndFire{}, 16).balance.has_value());
}
