#include "io/cli/usable_threads.hpp"

#include <doctest/doctest.h>

#include <sched.h>

#include <cstddef>

using namespace syncopate;

TEST_CASE("threads: a quota is so many processors, a part of one counts as one") {
    CHECK(processors_of_quota("200000 100000") == 2);
    CHECK(processors_of_quota("150000 100000") == 2);
    CHECK(processors_of_quota("1000 100000") == 1);
    for (const char* text : {"max 100000", "-1 100000", "", "100000", "100000 0", "1e5 100000", "1 2 3"}) {
        CAPTURE(text);
        CHECK_FALSE(processors_of_quota(text));
    }
}

TEST_CASE("threads: a process that may use one processor takes one thread") {
    cpu_set_t allowed, one;
    REQUIRE(::sched_getaffinity(0, sizeof allowed, &allowed) == 0);
    CHECK(usable_threads() >= 1);
    CHECK(usable_threads() <= CPU_COUNT(&allowed));
    std::size_t first = 0;
    while (!CPU_ISSET(first, &allowed)) ++first;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);
    CHECK(usable_threads() == 1);
    REQUIRE(::sched_setaffinity(0, sizeof allowed, &allowed) == 0);
}
