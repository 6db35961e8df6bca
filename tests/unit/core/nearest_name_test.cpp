#include "core/nearest_name.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace syncopate;

TEST_CASE("edit distance: insertions, removals and replacements count one each") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("conv1", "conv1") == 0);
    CHECK(edit_distance("conv1", "conv2") == 1);
    CHECK(edit_distance("conv1", "conv") == 1);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("", "abc") == 3);
}

TEST_CASE("nearest name: a slip is mended, another word is not") {
    const std::vector<std::string_view> names = {"v_threshold", "v_init", "v_reset", "bias"};
    CHECK(nearest_name("v_treshold", names) == "v_threshold");
    CHECK(nearest_name("v_inti", names) == "v_init");
    CHECK(nearest_name("biass", names) == "bias");
    CHECK(nearest_name("colour", names).empty());
    CHECK(nearest_name("bias", {}).empty());
    CHECK(nearest_name(std::string(100'000, 'v'), names).empty());
}
