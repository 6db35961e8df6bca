#include "io/formats/data/framing.hpp"

#include "core/error.hpp"
#include "io/formats/data/antialiased_bilinear.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace syncopate;

namespace {

using Values = std::vector<double>;

Values resized(const Values& input, const Shape& shape, const Extent& extent, bool rounds) {
    Values output(static_cast<std::size_t>(shape.channels * extent.height * extent.width));
    AntialiasedBilinear(shape, extent, rounds)(input, output);
    return output;
}

/// 7 × 5 pixels, as numpy.array([(i * 37 + 11) % 256 for i in range(35)]).reshape(7, 5).
Values pixels() {
    Values values;
    for (int i = 0; i < 35; ++i) values.push_back((i * 37 + 11) % 256);
    return values;
}

Values framed(const Values& picture, const Shape& shape, const Framing& framing) {
    Values output(static_cast<std::size_t>(framed_shape(shape, framing, "").size()));
    frame(picture, shape, framing, true, output);
    return output;
}

}  // namespace

TEST_CASE("framing: 8-bit pictures become the pixels that Pillow 13.0.0 makes of them (BILINEAR)") {
    CHECK(resized(pixels(), {1, 7, 5}, {3, 2}, true) == Values{122, 104, 120, 136, 152, 134});
    CHECK(resized(pixels(), {1, 7, 5}, {4, 5}, true) ==
          Values{96, 133, 60, 97, 122, 119, 156, 142, 179, 83, 173, 77, 114, 100, 137, 134, 159, 196, 123, 160});
    CHECK(resized(pixels(), {1, 7, 5}, {7, 3}, true) ==
          Values{27, 85, 143, 212, 71, 72, 141, 199, 111, 70, 128, 186, 145, 57, 115, 184, 185, 44, 113, 171, 229});
    CHECK(resized(pixels(), {1, 7, 5}, {9, 8}, true) ==
          Values{11,  27,  50,  73,  97,  120, 143, 159, 134, 150, 163, 79,  50,  73,  96,  112, 164, 180,
                 195, 129, 108, 131, 90,  56,  109, 125, 148, 171, 195, 218, 129, 58,  54,  70,  93,  116,
                 140, 163, 186, 202, 198, 127, 38,  61,  85,  108, 131, 147, 200, 166, 125, 148, 127, 61,
                 76,  92,  144, 160, 183, 206, 177, 93,  106, 122, 97,  113, 136, 159, 183, 206, 229, 245});
    CHECK(resized(pixels(), {1, 7, 5}, {1, 1}, true) == Values{128});
}

TEST_CASE("framing: other numbers are not rounded") {
    const Values wanted = {121.79221, 103.53247, 120.43315, 135.56685, 152.46753, 134.20779};  // Pillow, mode F
    const Values found = resized(pixels(), {1, 7, 5}, {3, 2}, false);
    for (std::size_t i = 0; i < wanted.size(); ++i) CHECK(std::abs(found[i] - wanted[i]) < 1e-3);
    CHECK(resized(pixels(), {1, 7, 5}, {7, 5}, false) == pixels());
}

TEST_CASE("framing: the shorter side and the crop have torchvision's sizes and offsets") {
    const Framing imagenet{.resize = {}, .shorter_side = 256, .center_crop = Extent{224, 224}};
    CHECK(framed_shape({3, 375, 500}, {.shorter_side = 256}, "") == Shape{3, 256, 341});
    CHECK(framed_shape({3, 500, 375}, {.shorter_side = 256}, "") == Shape{3, 341, 256});
    CHECK(framed_shape({3, 100, 100}, {.shorter_side = 256}, "") == Shape{3, 256, 256});
    CHECK(framed_shape({3, 375, 500}, imagenet, "") == Shape{3, 224, 224});
    // round((5 - 2) / 2) is 2 and round((3 - 2) / 2) is 0: half to even.
    Values picture;
    for (int i = 0; i < 15; ++i) picture.push_back(i);
    CHECK(framed(picture, {1, 5, 3}, {.center_crop = Extent{2, 2}}) == Values{6, 7, 9, 10});
    CHECK(framed(picture, {1, 3, 5}, {.center_crop = Extent{1, 3}}) == Values{6, 7, 8});
}

TEST_CASE("framing: a crop larger than the picture, and sizes that cannot be, are refused") {
    CHECK_THROWS_WITH_AS(framed_shape({3, 20, 30}, {.center_crop = Extent{24, 24}}, "a.png: "),
                         doctest::Contains("a.png: cuts 24x24 from the middle of 20x30, which is smaller"), Error);
    CHECK_THROWS_WITH_AS(framed_shape({3, 1, 8000}, {.shorter_side = 256}, "a.png: "),
                         doctest::Contains("a.png: resizes to 256x2048000: both must be between 1 and 16384"), Error);
}
