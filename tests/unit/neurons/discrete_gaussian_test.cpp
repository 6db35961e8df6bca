#include "neurons/relay.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace syncopate;

namespace {

/// How many of the 2^32 draws give at most k. Requires: value() does not fall where bits rise.
std::uint64_t draws_up_to(const DiscreteGaussian& gaussian, Tick k) {
    std::uint64_t low = 0, high = std::uint64_t{1} << 32;
    while (low < high) {
        const std::uint64_t middle = (low + high) / 2;
        if (gaussian.value(static_cast<std::uint32_t>(middle)) <= k) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

double probability(const DiscreteGaussian& gaussian, Tick k) {
    return std::ldexp(static_cast<double>(draws_up_to(gaussian, k) - draws_up_to(gaussian, k - 1)), -32);
}

/// P(k) of the definition.
double defined_probability(double sigma, Tick k) {
    const auto reach = static_cast<Tick>(12.0 * sigma + 2.0);
    double sum = 0.0;
    for (Tick i = -reach; i <= reach; ++i) sum += std::exp(-0.5 * i * i / (sigma * sigma));
    return std::exp(-0.5 * k * k / (sigma * sigma)) / sum;
}

constexpr double two_draws = 2.0 / 4294967296.0;

}  // namespace

TEST_CASE("discrete Gaussian: every probability is that of the definition, and both sides are alike") {
    for (const double sigma : {0.1, 0.3, 0.5, 1.0, 1.5, 4.0, 20.0}) {
        CAPTURE(sigma);
        const DiscreteGaussian gaussian(sigma);
        for (Tick k = 0; k <= static_cast<Tick>(8.0 * sigma + 1.0); ++k) {
            CAPTURE(k);
            CHECK(std::abs(probability(gaussian, k) - defined_probability(sigma, k)) <= two_draws);
            CHECK(std::abs(probability(gaussian, k) - probability(gaussian, -k)) <= two_draws);
        }
    }
}

TEST_CASE("discrete Gaussian: the variance is that of the definition, just below sigma² where sigma is small") {
    for (const double sigma : {0.3, 0.5, 1.0, 3.0}) {
        CAPTURE(sigma);
        const DiscreteGaussian gaussian(sigma);
        double variance = 0.0, defined = 0.0, whole = 0.0;
        for (Tick k = -30; k <= 30; ++k) {
            variance += k * k * probability(gaussian, k);
            defined += k * k * defined_probability(sigma, k);
            whole += probability(gaussian, k);
        }
        CHECK(whole == 1.0);
        CHECK(std::abs(variance - defined) < 1e-6);
        CHECK(variance < sigma * sigma + 1e-6);
    }
}

TEST_CASE("discrete Gaussian: a sigma of 0, and one too small for a step, give 0 only") {
    for (const double sigma : {0.0, 1e-300, 1e-9, 0.05}) {
        CAPTURE(sigma);
        const DiscreteGaussian gaussian(sigma);
        for (const std::uint32_t bits : {0u, 1u, 0x7fffffffu, 0x80000000u, 0xffffffffu})
            CHECK(gaussian.value(bits) == 0);
    }
}

TEST_CASE("discrete Gaussian: the largest sigma builds, reaches seven sigma at most and has its median at 0") {
    const DiscreteGaussian gaussian(max_jitter);
    CHECK(gaussian.value(0) >= -70000);
    CHECK(gaussian.value(0) < -55000);
    CHECK(gaussian.value(0xffffffffu) <= 70000);
    CHECK(gaussian.value(0xffffffffu) > 55000);
    CHECK(gaussian.value(0x80000000u) == 0);
    CHECK(std::abs(probability(gaussian, 0) - 1.0 / (max_jitter * std::sqrt(2.0 * std::acos(-1.0)))) < 1e-9);
}
