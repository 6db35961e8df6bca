#include "io/formats/data/preprocess.hpp"

#include "core/error.hpp"
#include "io/formats/data/bilinear.hpp"
#include "io/formats/data/npy.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <thread>
#include <utility>

using namespace syncopate;

namespace {

using Values = std::vector<double>;

Preprocessing with(Values mean, Values std = {}, double scale = 1.0 / 255.0, std::optional<Extent> resize = {}) {
    Preprocessing preprocessing;
    preprocessing.scale = scale;
    preprocessing.mean = std::move(mean);
    preprocessing.std = std::move(std);
    preprocessing.resize = resize;
    return preprocessing;
}

/// A data set of known values.
Dataset bytes_of(const TemporaryFolder& folder, const std::vector<std::int64_t>& dimensions,
                 const std::vector<std::uint8_t>& pixels) {
    write_npy(folder / "x.npy", {.dimensions = dimensions, .elements = std::span<const std::uint8_t>(pixels)});
    return open_dataset({.path = folder / "x.npy"});
}

Dataset floats_of(const TemporaryFolder& folder, const std::vector<std::int64_t>& dimensions,
                  const std::vector<float>& values) {
    write_npy(folder / "x.npy", {.dimensions = dimensions, .elements = std::span<const float>(values)});
    return open_dataset({.path = folder / "x.npy"});
}

Values resized(const Values& input, const Shape& shape, const Extent& extent) {
    const Bilinear bilinear(shape, extent);
    Values output(static_cast<std::size_t>(bilinear.output().size()));
    bilinear(input, output);
    return output;
}

void check_near(const Values& values, const Values& wanted) {
    REQUIRE(values.size() == wanted.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        CAPTURE(i);
        CHECK(std::abs(values[i] - wanted[i]) <= 1e-12 * 255.0);
    }
}

}  // namespace

TEST_CASE("bilinear resizing gives what PyTorch 2.13 gives in float64 (interpolate, align_corners=False)") {
    const Values image = {0, 50, 100, 255, 10, 60, 200, 5, 90, 30, 70, 128};
    const Shape shape{1, 3, 4};
    check_near(resized(image, shape, {2, 2}), {27.5, 158.75, 53.75, 99.875});
    check_near(resized(image, shape, {5, 7}), {0.0,
                                               17.857142857142854,
                                               46.42857142857142,
                                               75.0,
                                               111.07142857142853,
                                               199.64285714285714,
                                               255.0,
                                               3.9999999999999996,
                                               21.857142857142854,
                                               50.42857142857142,
                                               97.0,
                                               141.07142857142856,
                                               149.64285714285714,
                                               155.00000000000003,
                                               10.0,
                                               27.857142857142858,
                                               56.42857142857142,
                                               130.0,
                                               186.0714285714286,
                                               74.64285714285715,
                                               5.0,
                                               57.99999999999999,
                                               52.28571428571428,
                                               43.14285714285714,
                                               82.00000000000001,
                                               118.91428571428574,
                                               94.22857142857143,
                                               78.79999999999998,
                                               90.0,
                                               68.57142857142857,
                                               34.285714285714285,
                                               50.0,
                                               74.14285714285714,
                                               107.2857142857143,
                                               128.0});
    check_near(resized(image, shape, {6, 3}),
               {8.333333333333332, 75.0, 229.1666666666666, 10.833333333333332, 88.75, 181.24999999999997,
                15.83333333333333, 116.25, 85.4166666666667, 33.75, 110.0, 57.70833333333337, 64.58333333333333, 70.0,
                98.125, 80.0, 50.0, 118.33333333333331});
    check_near(resized(image, shape, {1, 1}), {130.0});
    CHECK(resized(image, shape, {3, 4}) == image);
    check_near(resized({0, 1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121}, {2, 2, 3}, {3, 2}),
               {0.25, 3.25, 5.5, 13.0, 10.75, 22.75, 39.25, 60.25, 62.5, 88.0, 85.75, 115.75});
}

TEST_CASE("pixels are scaled, shifted and divided each channel") {
    const TemporaryFolder folder;
    const Dataset data = bytes_of(folder, {1, 2, 1, 2}, {0, 255, 51, 102});
    const Preprocessor plain(data, {}, {2, 1, 2});
    CHECK(plain.sample(0)[1] == 255.0 * (1.0 / 255.0));
    const Preprocessor each(data, with({0.5, 0.25}, {0.5, 2.0}), {2, 1, 2});
    CHECK(each.sample(0) == Values{-1.0, (255.0 * (1.0 / 255.0) - 0.5) / 0.5, (51.0 * (1.0 / 255.0) - 0.25) / 2.0,
                                   (102.0 * (1.0 / 255.0) - 0.25) / 2.0});
    const Preprocessor one(data, with({100.0}, {}, 1.0), {2, 1, 2});
    CHECK(one.sample(0) == Values{-100.0, 155.0, -49.0, 2.0});
}

TEST_CASE("pixels are resized before anything else") {
    const TemporaryFolder folder;
    const Dataset data = bytes_of(folder, {2, 1, 2, 2}, {0, 0, 0, 0, 10, 20, 30, 40});
    const Preprocessor preprocessor(data, with({1.0}, {}, 2.0, Extent{1, 1}), {1, 1, 1});
    CHECK(preprocessor.sample(1) == Values{49.0});
}

TEST_CASE("data that are ready are taken as they are, and must be finite") {
    const TemporaryFolder folder;
    const float infinity = std::numeric_limits<float>::infinity();
    const Preprocessing how = with({0.5}, {0.1}, 1.0, Extent{7, 7});
    const Dataset ready = floats_of(folder, {2, 1, 1, 2}, {-0.5F, 300.0F, 1.0F, 2.0F});
    CHECK(Preprocessor(ready, how, {1, 1, 2}).sample(0) == Values{-0.5, 300.0});
    const Dataset data = floats_of(folder, {2, 1, 1, 2}, {-0.5F, 300.0F, 1.0F, infinity});
    const char* message = "x.npy: value 1 of sample 1 is inf: an input must be finite";
    CHECK_THROWS_WITH_AS(Preprocessor(data, how, {1, 1, 2}), doctest::Contains(message), Error);
    const Preprocessor stated(data, how, {1, 1, 2}, InputRange::ready);
    CHECK(stated.sample(0) == Values{-0.5, 300.0});
    CHECK_THROWS_WITH_AS(stated.sample(1), doctest::Contains(message), Error);
}

TEST_CASE("values from 0 to 1 are resized and normalised as pixels are") {
    const TemporaryFolder folder;
    const Dataset data = floats_of(folder, {1, 1, 2, 2}, {0.0F, 0.25F, 0.75F, 1.0F});
    CHECK(Preprocessor(data, with({0.5}, {0.25}, 1.0 / 255.0, Extent{1, 1}), {1, 1, 1}).sample(0) == Values{0.0});
    CHECK(Preprocessor(data, with({100.0}, {}, 1.0), {1, 2, 2}).sample(0) == Values{-100.0, -36.25, 91.25, 155.0});
}

TEST_CASE("a flat network may have a mean for each value of a picture") {
    const TemporaryFolder folder;
    const Dataset picture = bytes_of(folder, {1, 1, 2, 2}, {1, 2, 3, 4});
    CHECK(Preprocessor(picture, with({1, 1, 1, 1}, {1, 1, 2, 1}, 1.0), {4, 1, 1}).sample(0) == Values{0, 1, 1, 3});
}

TEST_CASE("a flat row and a picture of as many values stand for one another") {
    const TemporaryFolder folder;
    const Dataset picture = bytes_of(folder, {1, 1, 2, 2}, {1, 2, 3, 4});
    CHECK(Preprocessor(picture, with({}, {}, 1.0), {4, 1, 1}).sample(0) == Values{1, 2, 3, 4});
    const Dataset row = bytes_of(folder, {1, 4}, {1, 2, 3, 4});
    CHECK(Preprocessor(row, with({}, {}, 1.0), {1, 2, 2}).sample(0) == Values{1, 2, 3, 4});
}

TEST_CASE("data of another shape are refused with both shapes and the remedy") {
    const TemporaryFolder folder;
    const auto message = [](const Dataset& data, const Preprocessing& how, const Shape& input) -> std::string {
        try {
            const Preprocessor preprocessor(data, how, input);
        } catch (const Error& error) {
            return std::string(error.what()).substr(data.files.front().string().size());
        }
        return "no error";
    };
    const Dataset pixels = bytes_of(folder, {1, 1, 2, 3}, {1, 2, 3, 4, 5, 6});
    CHECK(message(pixels, {}, {1, 4, 4}) ==
          ": samples are 1x2x3 (channels x height x width), but the network takes 1x4x4: convert the network with "
          "--resize "
          "4x4, or resize the data");
    CHECK(message(pixels, with({}, {}, 1.0, Extent{5, 4}), {1, 4, 4}).find("samples are 1x5x4 after the resize") !=
          std::string::npos);
    CHECK(message(pixels, {}, {3, 2, 3}).find("repeat the grey channel three times in the data") != std::string::npos);
    CHECK(message(pixels, {}, {2, 1, 3})
              .find("the channels differ: take the data set that the network was trained for") != std::string::npos);
    CHECK(message(pixels, {}, {1, 3, 2}).find("samples are 1x2x3") != std::string::npos);
    const Dataset floats = floats_of(folder, {1, 1, 1, 2}, {1, 2});
    CHECK(message(floats, {}, {1, 4, 4})
              .find("data that are ready for the network are taken as they are: resize them as in training") !=
          std::string::npos);
}

TEST_CASE("preprocessing that cannot be is refused with the value") {
    const TemporaryFolder folder;
    const Dataset data = bytes_of(folder, {1, 3, 1, 1}, {1, 2, 3});
    const auto message = [&](const Preprocessing& how) -> std::string {
        try {
            const Preprocessor preprocessor(data, how, {3, 1, 1});
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    };
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(message(with({0.1, 0.2})) ==
          "the network's preprocessing states 2 values of mean, but the data have 3 channels: state one value, or one "
          "for "
          "each channel, when you convert the network");
    CHECK(message(with({}, {0.0})) ==
          "the network's preprocessing states the std 0.000000: it must be finite and greater than 0");
    CHECK(message(with({}, {nan})).find("states the std nan") != std::string::npos);
    CHECK(message(with({nan})).find("states the mean nan: it must be finite") != std::string::npos);
    CHECK(message(with({}, {}, nan)).find("states the scale nan") != std::string::npos);
    CHECK(message(with({}, {}, 0.0)).find("states the scale 0.000000: it must be finite and greater than 0") !=
          std::string::npos);
    CHECK(message(with({}, {}, -1.0)).find("states the scale -1.000000") != std::string::npos);
    CHECK(message(with({}, {}, 1.0, Extent{0, 5})).find("resizes to 0x5: both must be between 1 and 16384") !=
          std::string::npos);
    CHECK(message(with({}, {}, 1.0, Extent{5, 2000000000})).find("resizes to 5x2000000000") != std::string::npos);
}

TEST_CASE("samples are the same for several threads at once") {
    const TemporaryFolder folder;
    std::vector<std::uint8_t> pixels(400 * 48);
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * 7 % 256);
    const Dataset data = bytes_of(folder, {400, 3, 4, 4}, pixels);
    const Preprocessor preprocessor(data, with({0.1, 0.2, 0.3}, {}, 1.0 / 255.0, Extent{5, 6}), {3, 5, 6});
    std::vector<Values> serial;
    for (std::int64_t i = 0; i < data.count; ++i) serial.push_back(preprocessor.sample(i));
    std::vector<std::vector<Values>> found(4);
    {
        std::vector<std::jthread> threads;
        for (auto& mine : found)
            threads.emplace_back([&] {
                for (std::int64_t i = 0; i < data.count; ++i) mine.push_back(preprocessor.sample(i));
            });
    }
    for (const auto& mine : found) CHECK(mine == serial);
}
