#include "io/plot/picture_selection.hpp"

#include "core/error.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

namespace {

std::vector<std::int64_t> flat(const std::vector<NumberRange>& ranges) {
    std::vector<std::int64_t> ends;
    for (const NumberRange& range : ranges) {
        ends.push_back(range.first);
        ends.push_back(range.end);
    }
    return ends;
}

}  // namespace

TEST_CASE("number ranges: numbers and ranges without their end, and nothing else") {
    CHECK(flat(parse_number_ranges("7", "--neurons")) == std::vector<std::int64_t>{7, 8});
    CHECK(flat(parse_number_ranges("0:64,100,200:300", "--neurons")) ==
          std::vector<std::int64_t>{0, 64, 100, 101, 200, 300});
    for (const char* text : {"", ",", "3:", ":3", "3:3", "4:3", "-1", "1.5", "a", "1:2:3", "9223372036854775807",
                             "99999999999999999999"}) {
        CAPTURE(text);
        CHECK_THROWS_WITH_AS(parse_number_ranges(text, "--neurons"), doctest::Contains("--neurons"), UsageError);
    }
}

TEST_CASE("chosen neurons: rows follow the numbers of those that both neurons and channels choose") {
    const Shape shape{3, 2, 2};
    PictureSelection selection{.neurons = {{2, 7}}, .channels = {{1, 2}}, .ticks = NumberRange{1, 3}};
    const ChosenNeurons chosen(shape, selection, "layer");
    CHECK(chosen.count() == 3);  // 4, 5, 6
    CHECK(chosen.first() == 4);
    CHECK(chosen.last() == 6);
    const SpikeTrain spikes{{0, 1, 1, 2, 3}, {5, 3, 5, 6, 5}, {1, 1, -1, 2, 1}};
    const SpikeTrain drawn = chosen.of(spikes);
    CHECK(drawn.times == std::vector<std::int32_t>{1, 2});
    CHECK(drawn.ids == std::vector<std::int32_t>{1, 2});
    CHECK(drawn.amplitudes == std::vector<std::int32_t>{-1, 2});
    const ChosenNeurons all(shape, {}, "layer");
    CHECK(all.count() == 12);
    CHECK(all.of(spikes) == spikes);
    selection.channels = {{3, 9}};
    CHECK_THROWS_WITH_AS(
        ChosenNeurons(shape, selection, "r.json: layer \"a\""),
        doctest::Contains("r.json: layer \"a\": has none of the chosen neurons: it has 12 in 3 channels"), Error);
}
