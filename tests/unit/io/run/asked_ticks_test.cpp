#include "io/run/asked_ticks.hpp"
#include "core/error.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

TEST_CASE("ticks: a run keeps each up to 4,096, then steps of 1, 2 and 5, and T") {
    CHECK(kept_ticks(1) == std::vector<Tick>{1});
    CHECK(kept_ticks(4) == std::vector<Tick>{1, 2, 3, 4});
    CHECK(kept_ticks(4096).size() == 4096);
    CHECK(kept_ticks(4097).back() == 4097);
    const std::vector<Tick> ticks = kept_ticks(1 << 20);
    CHECK(std::vector<Tick>(ticks.begin() + 4094, ticks.end()) ==
          std::vector<Tick>{4095, 4096, 5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000, 1 << 20});
    CHECK(kept_ticks(5000).size() == 4097);
}

TEST_CASE("ticks: a list is sorted, has no tick twice, and always ends with T") {
    CHECK(parse_ticks("", 3, true) == std::vector<Tick>{1, 2, 3});
    CHECK(parse_ticks("all", 5000, true).size() == 5000);
    CHECK(parse_ticks("8,2,8", 16, true) == std::vector<Tick>{2, 8, 16});
    CHECK(parse_ticks("16", 16, true) == std::vector<Tick>{16});
}

TEST_CASE("ticks: behind held windows only T is left, and a list that asks for more is refused") {
    CHECK(parse_ticks("", 16, false) == std::vector<Tick>{16});
    CHECK(parse_ticks("all", 16, false) == std::vector<Tick>{16});
    CHECK(parse_ticks("16", 16, false) == std::vector<Tick>{16});
    CHECK_THROWS_WITH_AS(
        parse_ticks("4,16", 16, false),
        "--ticks 4,16: tick 4 says nothing, because this network's read-out means something only after "
        "its whole window, at T = 16; leave --ticks out",
        UsageError);
}

TEST_CASE("ticks: what is no tick of the window is refused with what would be right") {
    for (const char* text : {"0", "17", "-1", "2,", "1.5", "x", "1e3", "99999999999"}) {
        CAPTURE(text);
        CHECK_THROWS_WITH_AS(
            parse_ticks(text, 16, true),
            doctest::Contains("must be a tick from 1 to T = 16; give \"all\", or ticks as in 1,10,100"), UsageError);
    }
}

TEST_CASE("ticks: a cursor finds ticks of a list in passing") {
    const std::vector<Tick> list = {2, 3, 7};
    TickCursor cursor(list);
    CHECK_FALSE(cursor.find(1));
    CHECK(cursor.find(2) == 0U);
    CHECK(cursor.find(7) == 2U);
    CHECK_FALSE(cursor.find(8));
}
