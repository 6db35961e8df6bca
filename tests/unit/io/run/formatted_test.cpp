#include "io/run/formatted.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace syncopate;

TEST_CASE("a line holds a path of any length, and what comes behind it") {
    for (const std::size_t length : {0U, 1U, 510U, 511U, 512U, 5000U}) {
        const std::string path(length, 'p');
        CHECK(formatted("of %s, T = %d\n", path.c_str(), 8) == "of " + path + ", T = 8\n");
    }
}
