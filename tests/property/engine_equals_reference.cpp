#include "tests/support/engine_comparison.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

using namespace syncopate;

namespace {

using Case = ComparisonCase;

Case make_case(std::uint64_t seed) { return make_case(random_network(seed), seed); }

}  // namespace

TEST_SUITE("property") {
    TEST_CASE("the engine repeats the reference simulator bit for bit on 1000 random networks") {
        const auto serial = make_serial_executor();
        for (std::uint64_t seed = 0; seed < 1000; ++seed) {
            CAPTURE(seed);
            const Case c = make_case(seed);
            const EngineOptions options{.chunk = static_cast<Tick>(1 + seed % 17),
                                        .plan = {.band_bytes = 1 + seed * 37 % 4096}};
            REQUIRE(is_repeated(c, options, *serial));
        }
    }

    TEST_CASE("any number of plain threads gives the same bits") {
        for (std::uint64_t seed = 2000; seed < 2060; ++seed) {
            CAPTURE(seed);
            const Case c = make_case(seed);
            for (const int threads : {1, 2, 4}) {
                const auto executor = make_thread_executor(threads);
                REQUIRE(is_repeated(c, {.chunk = 7, .plan = {.band_bytes = 64}}, *executor));
            }
        }
    }

    TEST_CASE("every instruction set gives the same bits") {
        const auto serial = make_serial_executor();
        for (const auto target : hwy::SupportedAndGeneratedTargets()) {
            hwy::SetSupportedTargetsForTest(target);
            CAPTURE(hwy::TargetName(target));
            for (std::uint64_t seed = 4000; seed < 4040; ++seed) {
                CAPTURE(seed);
                REQUIRE(is_repeated(make_case(seed), {}, *serial));
            }
        }
        hwy::SetSupportedTargetsForTest(0);
    }

    TEST_CASE("random networks are lively: populations fire, but not always") {
        std::int64_t spikes = 0, sites = 0, silent = 0, populations = 0;
        for (std::uint64_t seed = 0; seed < 100; ++seed) {
            const Case c = make_case(seed);
            for (std::size_t p = 0; p < c.network.populations.size(); ++p) {
                if (c.network.populations[p].model.name != "integrate_and_fire") continue;
                std::int64_t own = 0;
                for (const auto& tick : c.expected[p].amplitudes) {
                    for (const std::int32_t a : tick) own += a;
                    sites += static_cast<std::int64_t>(tick.size());
                }
                spikes += own;
                silent += own == 0 ? 1 : 0;
                ++populations;
            }
        }
        CHECK(spikes > sites / 20);
        CHECK(spikes < sites * 3 / 4);
        CHECK(silent < populations / 2);
    }
}

TEST_SUITE("tbb") {
    TEST_CASE("any number of TBB threads gives the same bits") {
        for (std::uint64_t seed = 3000; seed < 3060; ++seed) {
            CAPTURE(seed);
            const Case c = make_case(seed);
            for (const int threads : {1, 2, 4}) {
                const auto executor = make_tbb_executor(threads);
                REQUIRE(is_repeated(c, {.chunk = 7, .plan = {.band_bytes = 64}}, *executor));
            }
        }
    }
}
