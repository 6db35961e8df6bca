#include "io/formats/data/jpeg_image.hpp"

#include "core/error.hpp"
#include "io/formats/data/dataset.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/io/formats/data/jpeg_files.hpp"
#include "tests/unit/io/formats/data/sample_files.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

using namespace syncopate;

namespace {

using Pixels = std::vector<std::uint8_t>;

const Pixels grey_pixels = {0,   9,   21,  29,  40,  49,  61,  68,  81,  90,  101, 109,
                            120, 129, 141, 148, 160, 169, 181, 189, 200, 209, 221, 228};
const Pixels colour_pixels = {0,   22,  65,  103, 145, 168, 15,  38,  80,  120, 163, 185, 16,  40,  82,  120, 162, 186,
                              33,  56,  98,  138, 179, 203, 9,   12,  13,  10,  12,  15,  57,  59,  60,  58,  59,  63,
                              117, 120, 121, 119, 120, 123, 165, 168, 168, 166, 168, 171, 213, 195, 158, 116, 77,  61,
                              231, 214, 175, 133, 96,  78,  233, 215, 176, 133, 96,  80,  250, 232, 194, 152, 114, 98};

std::string refusal(const std::filesystem::path& path, std::int32_t channels = 1) {
    try {
        read_jpeg(path, channels);
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("JPEG: grey and RGB pictures have the pixels that Pillow gives, baseline and progressive") {
    const TemporaryFolder folder;
    const auto grey = folder.write("g.jpg", bytes_of_hex(grey_jpeg));
    CHECK(read_jpeg_header(grey).height == 6);
    CHECK(read_jpeg_header(grey).width == 4);
    CHECK_FALSE(read_jpeg_header(grey).is_colour);
    CHECK(read_jpeg(grey, 1).pixels == grey_pixels);
    CHECK(read_jpeg(folder.write("p.jpg", bytes_of_hex(progressive_jpeg)), 1).pixels == grey_pixels);
    Pixels three = grey_pixels;
    three.insert(three.end(), grey_pixels.begin(), grey_pixels.end());
    three.insert(three.end(), grey_pixels.begin(), grey_pixels.end());
    CHECK(read_jpeg(grey, 3).pixels == three);
    const auto colour = folder.write("c.jpg", bytes_of_hex(colour_jpeg));
    CHECK(read_jpeg_header(colour).is_colour);
    CHECK(read_jpeg(colour, 3).pixels == colour_pixels);
    CHECK(refusal(colour).find("c.jpg: is in colour, wanted is a grey picture") != std::string::npos);
}

TEST_CASE("JPEG: an orientation that EXIF states is not applied, as torchvision does not") {
    const TemporaryFolder folder;
    const Picture picture = read_jpeg(folder.write("t.jpg", bytes_of_hex(turned_jpeg)), 1);
    CHECK(picture.shape == Shape{1, 6, 4});
    CHECK(picture.pixels == grey_pixels);
}

TEST_CASE("JPEG: CMYK, huge pictures and what is no JPEG are refused by name") {
    const TemporaryFolder folder;
    CHECK(refusal(folder.write("k.jpg", bytes_of_hex(cmyk_jpeg)), 3)
              .find("k.jpg: is a CMYK picture: convert it to RGB") != std::string::npos);
    CHECK(refusal(folder.write("n.jpg", "GIF89a and more")).find("n.jpg: is no JPEG that can be read: ") !=
          std::string::npos);
    CHECK(refusal(folder.write("e.jpg", "")).find("e.jpg: is no JPEG that can be read: ") != std::string::npos);
    std::string huge = bytes_of_hex(grey_jpeg);
    const std::size_t frame = huge.find(std::string("\xff\xc0"));
    REQUIRE(frame != std::string::npos);
    huge[frame + 5] = '\x7f';  // the height's first byte
    CHECK(refusal(folder.write("h.jpg", huge)).find("h.jpg: is 32518x4 (height x width), at most 8192 are read") !=
          std::string::npos);
}

TEST_CASE("JPEG: a file cut anywhere is refused, and a damaged one never breaks the reader") {
    const TemporaryFolder folder;
    for (const std::string_view digits : {grey_jpeg, progressive_jpeg, colour_jpeg}) {
        const std::string whole = bytes_of_hex(digits);
        for (std::size_t length = 0; length + 2 < whole.size(); ++length) {
            CAPTURE(length);
            CHECK(refusal(folder.write("b.jpg", whole.substr(0, length)), 3) != "no error");
        }
        for (std::size_t place = 0; place < whole.size(); ++place) {
            std::string damaged = whole;
            damaged[place] = static_cast<char>(damaged[place] ^ 0x24);
            static_cast<void>(refusal(folder.write("d.jpg", damaged), 3));
        }
    }
}

TEST_CASE("JPEG: folders may mix PNGs and JPEGs, whatever their names say") {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder / "a");
    std::filesystem::create_directories(folder / "b");
    folder.write("a/1.JPG", bytes_of_hex(grey_jpeg));
    folder.write("a/2.jpeg", bytes_of_hex(grey_jpeg));
    CHECK(open_dataset({.path = folder / ""}).format == "JPEG");
    write_png_file(folder / "b/3.jpg", {.width = 4, .height = 6, .rows = counting_bytes(24)});
    folder.write("b/4.png", bytes_of_hex(grey_jpeg));
    const Dataset dataset = open_dataset({.path = folder / ""});
    CHECK(dataset.format == "PNG and JPEG");
    CHECK(dataset.count == 4);
    CHECK(dataset.labels == std::vector<std::int32_t>{0, 0, 1, 1});
    std::vector<double> values(24);
    dataset.read(3, values);
    CHECK(std::equal(values.begin(), values.end(), grey_pixels.begin()));
    dataset.read(2, values);
    CHECK(values[23] == 23.0);
}

TEST_CASE("JPEG: a folder of pictures of different sizes is data for a network that resizes and crops") {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder / "a");
    folder.write("a/1.jpg", bytes_of_hex(grey_jpeg));
    folder.write("a/2.jpg", bytes_of_hex(colour_jpeg));
    const Dataset dataset =
        open_dataset({.path = folder / "", .framing = {.shorter_side = 3, .center_crop = Extent{2, 2}}});
    CHECK(dataset.shape == Shape{3, 2, 2});
    CHECK(dataset.is_framed);
    std::vector<double> values(12);
    dataset.read(1, values);
    CHECK(values == std::vector<double>{59, 118, 71, 130, 26, 25, 90, 90, 171, 113, 184, 125});
}
