#include "io/formats/data/sample_range.hpp"

#include "core/error.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

using Samples = std::vector<std::int64_t>;

TEST_CASE("sample ranges mean what they mean in Python") {
    CHECK(parse_sample_range("2:5", 10) == Samples{2, 3, 4});
    CHECK(parse_sample_range(":3", 10) == Samples{0, 1, 2});
    CHECK(parse_sample_range("8:", 10) == Samples{8, 9});
    CHECK(parse_sample_range("-2:", 10) == Samples{8, 9});
    CHECK(parse_sample_range(":-8", 10) == Samples{0, 1});
    CHECK(parse_sample_range("1:9:3", 10) == Samples{1, 4, 7});
    CHECK(parse_sample_range("::4", 10) == Samples{0, 4, 8});
    CHECK(parse_sample_range("::9223372036854775807", 10) == Samples{0});
    CHECK(parse_sample_range(":", 3) == Samples{0, 1, 2});
    CHECK(parse_sample_range("", 2) == Samples{0, 1});
}

TEST_CASE("sample ranges outside the data set or without samples are refused with the remedy") {
    const auto message = [](const std::string& text) -> std::string {
        try {
            parse_sample_range(text, 10);
        } catch (const UsageError& error) {
            return error.what();
        }
        return "no error";
    };
    CHECK(message("0:11") == "samples '0:11': 11 is outside the data set, which has 10 samples");
    CHECK(message("-11:") == "samples '-11:': -11 is outside the data set, which has 10 samples");
    CHECK(message("5:5") == "samples '5:5': names no sample: the first must be before the end");
    CHECK(message("-1:3") ==
          "samples '-1:3': names no sample: -1 counts from the end and means 9; the first must be before the end");
    CHECK(message("4:-6") ==
          "samples '4:-6': names no sample: -6 counts from the end and means 4; the first must be before the end");
    CHECK(message("10:") == "samples '10:': names no sample: the first must be before the end");
    CHECK(message("::0") == "samples '::0': the step is 0, it must be 1 or more");
    CHECK(message("::-1") == "samples '::-1': the step is -1, it must be 1 or more");
    CHECK(message("1000") == "samples '1000': needs a colon; write 0:1000 for the first 1000 or FIRST:END:STEP");
    CHECK(message("-5") == "samples '-5': needs a colon; write FIRST:END or FIRST:END:STEP");
    CHECK(message("1:2:3:4") == "samples '1:2:3:4': has more than two colons; write FIRST:END or FIRST:END:STEP");
    CHECK(message("a:3") == "samples 'a:3': 'a' is not a whole number; write FIRST:END or FIRST:END:STEP");
    CHECK(message("1.5:3") == "samples '1.5:3': '1.5' is not a whole number; write FIRST:END or FIRST:END:STEP");
    CHECK(message("0:99999999999999999999") ==
          "samples '0:99999999999999999999': '99999999999999999999' is not a whole number; write FIRST:END or "
          "FIRST:END:STEP");
}
