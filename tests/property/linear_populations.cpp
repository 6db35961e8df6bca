#include "tests/support/engine_comparison.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <algorithm>

using namespace syncopate;

namespace {

ComparisonCase linear_case(std::uint64_t seed) { return make_case(random_linear_network(seed, seed % 2 == 0), seed); }

bool has_linear(const CompiledNetwork& network) {
    return std::ranges::any_of(network.populations, &CompiledPopulation::is_linear);
}

bool rounds_sums(const CompiledNetwork& network) {
    return std::ranges::any_of(network.populations, [](const CompiledPopulation& p) { return p.carry_bits > 0; });
}

}  // namespace

TEST_SUITE("property") {
    TEST_CASE("with linear populations, the engine repeats the reference on 1000 random networks") {
        const auto serial = make_serial_executor();
        std::int64_t linear = 0, rounding = 0;
        for (std::uint64_t seed = 0; seed < 1000; ++seed) {
            CAPTURE(seed);
            const ComparisonCase c = linear_case(seed);
            linear += has_linear(c.network) ? 1 : 0;
            rounding += rounds_sums(c.network) ? 1 : 0;
            const EngineOptions options{.chunk = static_cast<Tick>(1 + seed % 17),
                                        .band_bytes = 1 + seed * 37 % 4096,
                                        .coalesces = seed % 3 != 0};
            REQUIRE(is_repeated(c, options, *serial));
        }
        CHECK(linear > 500);
        CHECK(rounding > 50);
    }

    TEST_CASE("with linear populations, any number of threads and every instruction set give the same bits") {
        const auto serial = make_serial_executor();
        for (std::uint64_t seed = 2000; seed < 2060; ++seed) {
            CAPTURE(seed);
            const ComparisonCase c = linear_case(seed);
            for (const int threads : {2, 4}) {
                const auto executor = make_thread_executor(threads);
                REQUIRE(is_repeated(c, {.chunk = 7, .band_bytes = 64}, *executor));
            }
        }
        for (const auto target : hwy::SupportedAndGeneratedTargets()) {
            hwy::SetSupportedTargetsForTest(target);
            CAPTURE(hwy::TargetName(target));
            for (std::uint64_t seed = 2100; seed < 2140; ++seed) {
                CAPTURE(seed);
                REQUIRE(is_repeated(linear_case(seed), {}, *serial));
            }
        }
        hwy::SetSupportedTargetsForTest(0);
    }
}
