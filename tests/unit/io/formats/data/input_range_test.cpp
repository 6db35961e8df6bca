#include "io/formats/data/input_range.hpp"

#include "core/error.hpp"
#include "io/formats/data/npy.hpp"
#include "io/formats/data/preprocess.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

using namespace syncopate;

namespace {

using Values = std::vector<double>;

Preprocessing stated(Values mean = {}, Values std = {}, double scale = 1.0 / 255.0) {
    Preprocessing preprocessing;
    preprocessing.mean = std::move(mean);
    preprocessing.std = std::move(std);
    preprocessing.scale = scale;
    preprocessing.stated = true;
    return preprocessing;
}

template <typename Number>
Dataset data_of(const TemporaryFolder& folder, const std::vector<Number>& values) {
    const auto count = static_cast<std::int64_t>(values.size());
    write_npy(folder / "x.npy", {.dimensions = {count, 1, 1, 1}, .elements = std::span<const Number>(values)});
    return open_dataset({.path = folder / "x.npy"});
}

/// The range taken for float data with these extremes; "refused: …" with the remedy of the message.
std::string range_of(const std::vector<float>& values, const Preprocessing& preprocessing,
                     std::optional<InputRange> range = {}) {
    const TemporaryFolder folder;
    const Dataset dataset = data_of(folder, values);
    try {
        return to_string(decide_input_range(dataset, preprocessing, range).range);
    } catch (const Error& error) {
        const std::string what = error.what();
        const std::size_t remedy = what.rfind("--input-range");
        return "refused: " + (remedy == std::string::npos ? what : what.substr(remedy));
    }
}

}  // namespace

TEST_CASE("input range: floats from 0 to 1 are normalised as the same pixels are, where mean and std are stated") {
    const TemporaryFolder folder;
    const std::vector<std::uint8_t> pixels = {0, 51, 255, 102};
    const std::vector<float> floats = {0.0F, 0.2F, 1.0F, 0.4F};
    const Preprocessing preprocessing = stated({0.5}, {0.25});
    const Dataset bytes = data_of(folder, pixels);
    const Preprocessor of_bytes(bytes, preprocessing, {1, 1, 1});
    CHECK(of_bytes.range().range == InputRange::byte);
    CHECK(of_bytes.range().note.empty());
    const Values wanted = {of_bytes.sample(0)[0], of_bytes.sample(1)[0], of_bytes.sample(2)[0], of_bytes.sample(3)[0]};
    const Dataset numbers = data_of(folder, floats);
    const Preprocessor of_floats(numbers, preprocessing, {1, 1, 1});
    CHECK(of_floats.range().range == InputRange::unit);
    CHECK(of_floats.range().note.find("x.npy: the values, in [0, 1], are taken for pixels over 255") !=
          std::string::npos);
    for (std::int64_t s = 0; s < 4; ++s)
        CHECK(of_floats.sample(s)[0] == doctest::Approx(wanted[static_cast<std::size_t>(s)]).epsilon(1e-6));
}

TEST_CASE("input range: the minimum and maximum of the whole data decide") {
    const Preprocessing half = stated({0.5}, {0.5});
    CHECK(range_of({0.0F, 1.0F}, half) == "0:1");
    CHECK(range_of({0.0F, 0.3F}, half) == "0:1");
    CHECK(range_of({0.0F, 255.0F}, half) == "0:255");
    CHECK(range_of({3.0F, 64.0F}, half) == "0:255");
    CHECK(range_of({-1.0F, 1.0F}, half) == "ready");
    CHECK(range_of({-0.8F, 1.0F}, half) == "ready");
    CHECK(range_of({0.0F, 600.0F}, half) == "ready");
    CHECK(range_of({0.0F, 1.0F}, stated({0.1307}, {0.3081})) == "0:1");
    CHECK(range_of({0.0F, 1.0F}, stated({0.286}, {0.353})) == "0:1");
    CHECK(range_of({0.0F, 1.0F}, stated({0.485, 0.456, 0.406}, {0.229, 0.224, 0.225})) == "0:1");
    // The last value of a long file counts like the first.
    std::vector<float> values(5000, 0.5F);
    values.front() = 0.0F;
    values.back() = 200.0F;
    CHECK(range_of(values, half) == "0:255");
    values.back() = -3.0F;
    CHECK(range_of(values, half) == "ready");
}

TEST_CASE("input range: values that could be what the network was calibrated on are taken for that") {
    Preprocessing half = stated({}, {0.5});
    for (const InputRange range : {InputRange::unit, InputRange::ready}) {
        half.calibrated_range = range;
        CHECK(range_of({0.0F, 1.0F}, half) == to_string(range));
    }
    half.calibrated_range = InputRange::byte;
    CHECK(range_of({0.0F, 1.0F}, half) == "refused: --input-range 0:1|ready");
    CHECK(range_of({0.0F, 40.0F}, half) == "refused: --input-range 0:255|ready");
}

TEST_CASE("input range: pixels that interpolation took beyond their range do not pass for ready") {
    const Preprocessing imagenet = stated({0.45}, {0.25});
    CHECK(range_of({-0.01F, 1.01F}, imagenet) == "refused: --input-range ready");
    CHECK(range_of({-3.0F, 256.0F}, imagenet) == "refused: --input-range ready");
    CHECK(range_of({-1.8F, 2.0F}, imagenet) == "ready");
    CHECK(range_of({-0.01F, 1.01F}, stated({}, {}, 1.0)) == "ready");
}

TEST_CASE("input range: values in 0 to 1 are ready where preprocessing changes nothing, but not after pixels") {
    Preprocessing raw = stated({}, {}, 1.0);
    CHECK(range_of({0.0F, 1.0F}, raw) == "ready");
    raw.calibrated_range = InputRange::ready;
    CHECK(range_of({0.0F, 1.0F}, raw) == "ready");
    raw.calibrated_range = InputRange::byte;
    CHECK(range_of({0.0F, 1.0F}, raw) == "refused: --input-range 0:1|ready");
}

TEST_CASE("input range: what is ambiguous is refused with the option") {
    const Preprocessing half = stated({0.5}, {0.5});
    CHECK(range_of({0.0F, 0.0F}, half) == "refused: --input-range 0:1|ready");
    CHECK(range_of({0.25F, 0.25F}, half) == "refused: --input-range 0:1|ready");
    CHECK(range_of({0.0F, 40.0F}, half) == "refused: --input-range 0:255|ready");
    CHECK(range_of({100.0F, 100.0F}, half) == "refused: --input-range 0:255|ready");
    CHECK(range_of({0.0F, 1.0F}, stated({}, {0.5})) == "refused: --input-range 0:1|ready");
    CHECK(range_of({0.0F, 1.0F}, stated({0.05}, {1.0})) == "refused: --input-range 0:1|ready");
    CHECK(range_of({0.0F, 240.0F}, stated({10.0}, {}, 1.0)) == "refused: --input-range 0:255|ready");
    // Where both readings give the network the same, there is nothing to refuse.
    CHECK(range_of({0.0F, 40.0F}, stated({}, {}, 1.0)) == "0:255");
    CHECK(range_of({0.0F, 0.0F}, stated({0.0}, {1.0})) == "0:1");
    CHECK(range_of({0.0F, 255.0F}, stated({104.0}, {}, 1.0)) == "0:255");
    CHECK(range_of({0.0F, 1.0F}, stated({104.0}, {}, 1.0)) == "0:1");
}

TEST_CASE("input range: without stated preprocessing, values up to 64 are taken as they are") {
    CHECK(range_of({0.0F, 1.0F}, {}) == "0:1");
    CHECK(range_of({0.0F, 0.0F}, {}) == "0:1");
    CHECK(range_of({0.0F, 9.0F}, {}) == "ready");
    CHECK(range_of({-2.0F, 300.0F}, {}) == "ready");
    CHECK(range_of({0.0F, 255.0F}, {}) == "refused: --input-range 0:255|ready");
    const TemporaryFolder folder;
    const Dataset dataset = data_of(folder, std::vector<float>{0.25F, 1.0F});
    CHECK(Preprocessor(dataset, {}, {1, 1, 1}).sample(0) == Values{0.25});
}

TEST_CASE("input range: what is stated overrides, and data that contradict it are named with value and place") {
    const Preprocessing half = stated({0.5}, {0.5});
    CHECK(range_of({0.0F, 0.0F}, half, InputRange::unit) == "0:1");
    CHECK(range_of({0.0F, 1.0F}, half, InputRange::ready) == "ready");
    CHECK(range_of({0.0F, 1.0F}, half, InputRange::byte) == "0:255");
    const auto message = [&](const std::vector<float>& values, InputRange range) -> std::string {
        const TemporaryFolder folder;
        const Dataset dataset = data_of(folder, values);
        try {
            decide_input_range(dataset, half, range);
        } catch (const Error& error) {
            return std::string(error.what()).substr((folder / "").string().size());
        }
        return "no error";
    };
    CHECK(
        message({0.0F, 0.5F, 1.5F}, InputRange::unit) ==
        "x.npy: value 0 of sample 2 is 1.5, which --input-range 0:1 does not have; state the range that the data have");
    CHECK(message({0.0F, -3.0F}, InputRange::byte).find("value 0 of sample 1 is -3, which --input-range 0:255") !=
          std::string::npos);
    CHECK(message({1.0F, std::numeric_limits<float>::quiet_NaN()}, InputRange::unit) ==
          "x.npy: value 0 of sample 1 is nan: an input must be finite");
    CHECK_THROWS_WITH_AS(parse_input_range("0-1"), "--input-range 0-1: must be 0:1, 0:255 or ready", UsageError);
}

TEST_CASE("input range: integers other than bytes follow the same rule, and bytes that are 0 and 1 are asked about") {
    const TemporaryFolder folder;
    const Preprocessing half = stated({0.5}, {0.5});
    const auto range = [&](const auto& values) {
        const Dataset dataset = data_of(folder, values);
        return to_string(decide_input_range(dataset, half, {}).range);
    };
    CHECK(range(std::vector<std::int64_t>{0, 255}) == "0:255");
    CHECK(range(std::vector<std::int64_t>{-70, 255}) == "ready");
    CHECK(range(std::vector<std::int32_t>{0, 1}) == "0:1");
    CHECK(range(std::vector<std::uint8_t>{0, 2}) == "0:255");
    CHECK(range(std::vector<std::uint8_t>{0, 0}) == "0:255");
    const Dataset binary = data_of(folder, std::vector<std::uint8_t>{0, 1});
    CHECK_THROWS_WITH_AS(decide_input_range(binary, half, {}), doctest::Contains("--input-range 0:1|0:255|ready"),
                         Error);
    CHECK(decide_input_range(binary, half, InputRange::unit).range == InputRange::unit);
}
