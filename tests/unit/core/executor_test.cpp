#include "core/engine/executor.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

using namespace syncopate;

namespace {

void check_every_piece_runs_once(Executor& executor) {
    std::vector<std::atomic<int>> runs(1000);
    std::vector<std::atomic<int>> busy(static_cast<std::size_t>(executor.concurrency()));
    std::atomic<bool> is_shared = false;
    executor.for_each(1000, [&](int worker, std::int64_t i) {
        if (busy[static_cast<std::size_t>(worker)].fetch_add(1) != 0) is_shared = true;
        ++runs[static_cast<std::size_t>(i)];
        busy[static_cast<std::size_t>(worker)].fetch_sub(1);
    });
    for (const std::atomic<int>& n : runs) REQUIRE(n == 1);
    CHECK_FALSE(is_shared);
}

void check_exceptions_come_out(Executor& executor) {
    const auto failing = [](int, std::int64_t i) {
        if (i == 17) throw std::runtime_error("piece 17");
    };
    CHECK_THROWS_WITH_AS(executor.for_each(100, failing), "piece 17", std::runtime_error);
    check_every_piece_runs_once(executor);
}

}  // namespace

TEST_CASE("serial: every piece runs once, and an exception comes out") {
    const auto executor = make_serial_executor();
    check_every_piece_runs_once(*executor);
    check_exceptions_come_out(*executor);
    executor->for_each(0, [](int, std::int64_t) { FAIL("there is no piece"); });
}

TEST_CASE("threads: every piece runs once, no two on one worker at a time, and an exception comes out") {
    for (const int threads : {1, 2, 5}) {
        const auto executor = make_thread_executor(threads);
        CHECK(executor->concurrency() == threads);
        check_every_piece_runs_once(*executor);
        check_exceptions_come_out(*executor);
    }
}

TEST_SUITE("tbb") {
    TEST_CASE("TBB: every piece runs once and alone on its worker and an exception comes out") {
        for (const int threads : {1, 2, 5}) {
            const auto executor = make_tbb_executor(threads);
            CHECK(executor->concurrency() == threads);
            check_every_piece_runs_once(*executor);
            check_exceptions_come_out(*executor);
        }
    }
}
