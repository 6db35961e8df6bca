#include "io/name_list.hpp"

#include "core/error.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

using Names = std::vector<std::string>;

TEST_CASE("name lists: blanks around names are no part of them") {
    CHECK(parse_names("act1", "--layers", "a layer") == Names{"act1"});
    CHECK(parse_names("act1 , act 2,\tact3 ", "--layers", "a layer") == Names{"act1", "act 2", "act3"});
    CHECK(split_names("a,b,a", "--arms", "an arm") == Names{"a", "b", "a"});
}

TEST_CASE("name lists: an empty name, and one that is named twice, are refused") {
    for (const std::string text : {"", " ", "act1,", ",act1", "act1,,act2", "act1, ,act2"}) {
        const std::string said =
            "--layers \"" + text + "\": the name of a layer is empty; write names with one comma between two of them";
        CHECK_THROWS_WITH_AS(parse_names(text, "--layers", "a layer"), said.c_str(), UsageError);
    }
    CHECK_THROWS_WITH_AS(parse_names("a,b, a", "--layers", "a layer"),
                         "--layers \"a,b, a\": \"a\" is named twice; name it once", UsageError);
}
