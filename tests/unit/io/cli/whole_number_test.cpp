#include "io/cli/whole_number.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace syncopate;

TEST_CASE("whole numbers: what the conversion would change is refused with the range") {
    constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
    for (const char* const text : {"0", "7", "18446744073709551615"}) CHECK(whole_number_fault(text, 0, largest) == "");
    for (const std::string text :
         {"", "-1", "+1", " 1", "1 ", "1.5", "1e3", "x", "010", "0x10", "18446744073709551616"})
        CHECK(whole_number_fault(text, 0, largest) == "\"" + text + "\", must be a whole number from 0 to 2^64 - 1");
    CHECK(whole_number_fault("1", 1, 24) == "");
    CHECK(whole_number_fault("24", 1, 24) == "");
    CHECK(whole_number_fault("0", 1, 24) == "\"0\", must be a whole number from 1 to 24");
    CHECK(whole_number_fault("25", 1, 24) == "\"25\", must be a whole number from 1 to 24");
}
