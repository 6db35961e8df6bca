#include "core/error.hpp"
#include "io/formats/data/class_folders.hpp"
#include "io/formats/data/dataset.hpp"
#include "io/formats/data/png_image.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/io/formats/data/sample_files.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

namespace {

using Pixels = std::vector<std::uint8_t>;

template <std::size_t Size>
std::string bytes(const char (&text)[Size]) {
    return {text, Size - 1};
}

const PngPicture grey{.width = 2, .height = 2, .rows = bytes("\x00\x40\x80\xff")};
const PngPicture colour{.width = 1, .height = 2, .colour_type = 2, .rows = bytes("\x01\x02\x03\x04\x05\x06")};

std::vector<double> sample(const Dataset& dataset, std::int64_t index) {
    std::vector<double> values(static_cast<std::size_t>(dataset.shape.size()));
    dataset.read(index, values);
    return values;
}

void write_in_class(const TemporaryFolder& folder, const std::string& name, const PngPicture& picture) {
    std::filesystem::create_directories((folder / name).parent_path());
    write_png_file(folder / name, picture);
}

}  // namespace

TEST_CASE("PNG: every kind of picture becomes 8-bit planes") {
    const TemporaryFolder folder;
    const auto pixels = [&](const PngPicture& picture, std::int32_t channels) {
        write_png_file(folder / "a.png", picture);
        return read_png(folder / "a.png", channels).pixels;
    };
    CHECK(pixels(grey, 1) == Pixels{0x00, 0x40, 0x80, 0xff});
    CHECK(pixels(grey, 3) == Pixels{0, 0x40, 0x80, 0xff, 0, 0x40, 0x80, 0xff, 0, 0x40, 0x80, 0xff});
    CHECK(pixels(colour, 3) == Pixels{1, 4, 2, 5, 3, 6});
    CHECK(pixels({.width = 2, .colour_type = 4, .rows = bytes("\x07\x00\x08\x80")}, 1) == Pixels{7, 8});
    CHECK(pixels({.width = 2, .colour_type = 6, .rows = bytes("\x01\x02\x03\x00\x04\x05\x06\x80")}, 3) ==
          Pixels{1, 4, 2, 5, 3, 6});
    CHECK(pixels({.width = 2, .bit_depth = 1, .rows = bytes("\x40")}, 1) == Pixels{0, 255});
    CHECK(pixels({.width = 2, .bit_depth = 2, .rows = bytes("\x60")}, 1) == Pixels{85, 170});
    CHECK(pixels({.width = 2, .bit_depth = 4, .rows = bytes("\x1e")}, 1) == Pixels{17, 238});
    // 16 bits are rounded: 0x0080 is 128/257 = 0.498, 0x0081 is 0.502.
    CHECK(pixels({.width = 3, .bit_depth = 16, .rows = bytes("\x00\x80\x00\x81\xff\xff")}, 1) == Pixels{0, 1, 255});
    CHECK(pixels(
              {.width = 2, .bit_depth = 4, .colour_type = 3, .rows = bytes("\x10"), .palette = {1, 2, 3, 200, 100, 50}},
              3) == Pixels{200, 1, 100, 2, 50, 3});
}

TEST_CASE("PNG: a colour picture is not taken for a grey one") {
    const TemporaryFolder folder;
    write_png_file(folder / "a.png", colour);
    CHECK(read_png_header(folder / "a.png").is_colour);
    CHECK(read_png_header(folder / "a.png").height == 2);
    CHECK_THROWS_WITH_AS(read_png(folder / "a.png", 1), doctest::Contains("is in colour, wanted is a grey picture"),
                         Error);
}

TEST_CASE("PNG: a file cut or damaged anywhere is refused, or its pixels are those of the whole file") {
    const TemporaryFolder folder;
    write_png_file(folder / "a.png", {.width = 8, .height = 8, .rows = counting_bytes(64)});
    const std::string whole = folder.read("a.png");
    const Pixels pixels = read_png(folder / "a.png", 1).pixels;
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CAPTURE(length);
        const auto path = folder.write("b.png", whole.substr(0, length));
        CHECK_THROWS_WITH_AS(read_png(path, 1), doctest::Contains("b.png: is no PNG that can be read: "), Error);
    }
    int refused = 0;
    for (std::size_t place = 0; place < whole.size(); ++place) {
        CAPTURE(place);
        std::string damaged = whole;
        damaged[place] = static_cast<char>(damaged[place] ^ 0x10);
        const auto path = folder.write("b.png", damaged);
        try {
            const Pixels found = read_png(path, 1).pixels;
            CHECK(found == pixels);
        } catch (const Error&) {
            ++refused;
        }
    }
    CHECK(refused > static_cast<int>(whole.size()) * 3 / 4);
}

TEST_CASE("PNG: what is no PNG, and one that claims to be huge, are refused") {
    const TemporaryFolder folder;
    CHECK_THROWS_WITH_AS(read_png_header(folder.write("a.png", "GIF89a and more")),
                         doctest::Contains("a.png: is no PNG that can be read: Not a PNG file"), Error);
    // A valid header, with its checksum, of 20000 × 20000 pixels.
    const std::string huge = bytes(
        "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x4e\x20\0\0\x4e\x20\x08\0\0\0\0"
        "\xc6\x1b\x19\xe5"
        "\0\0\0\0IDAT");
    CHECK_THROWS_WITH_AS(read_png_header(folder.write("b.png", huge)),
                         doctest::Contains("b.png: is no PNG that can be read: Invalid IHDR data"), Error);
}

TEST_CASE("PNG folder: the subfolders' names in their order are the classes") {
    const TemporaryFolder folder;
    write_in_class(folder, "dog/2.png", grey);
    write_in_class(folder, "dog/10.PNG", {.width = 2, .height = 2, .rows = bytes("\1\2\3\4")});
    write_in_class(folder, "cat/a.png", {.width = 2, .height = 2, .rows = bytes("\5\6\7\x8")});
    folder.write("cat/notes.txt", "not a picture");
    folder.write("cat/.hidden.png", "not a picture");
    const Dataset dataset = open_dataset({.path = folder / ""});
    CHECK(dataset.format == "PNG");
    CHECK(dataset.class_names == std::vector<std::string>{"cat", "dog"});
    CHECK(dataset.labels == std::vector<std::int32_t>{0, 1, 1});
    CHECK(dataset.shape == Shape{1, 2, 2});
    CHECK(sample(dataset, 0) == std::vector<double>{5, 6, 7, 8});
    CHECK(sample(dataset, 1) == std::vector<double>{1, 2, 3, 4});
    CHECK(sample(dataset, 2) == std::vector<double>{0, 64, 128, 255});
    CHECK(dataset.files.size() == 3);
}

TEST_CASE("PNG folder: grey pictures have three channels beside coloured ones, or for a network that takes three") {
    const TemporaryFolder folder;
    write_in_class(folder, "a/1.png", grey);
    CHECK(open_dataset({.path = folder / "", .network_input = Shape{3, 2, 2}}).shape == Shape{3, 2, 2});
    write_in_class(folder, "a/2.png", {.width = 2, .height = 2, .colour_type = 2, .rows = std::string(12, '\7')});
    const Dataset dataset = open_dataset({.path = folder / ""});
    CHECK(dataset.shape == Shape{3, 2, 2});
    CHECK(sample(dataset, 0) == std::vector<double>{0, 64, 128, 255, 0, 64, 128, 255, 0, 64, 128, 255});
}

TEST_CASE("PNG folder: pictures of different sizes need a resize") {
    const TemporaryFolder folder;
    write_in_class(folder, "a/1.png", grey);
    write_in_class(folder, "a/2.png", {.width = 3, .height = 1, .rows = bytes("\1\2\3")});
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / ""}), doctest::Contains("2.png: is 1x3 (height x width), but "),
                         Error);
    CHECK_THROWS_WITH_AS(
        open_dataset({.path = folder / ""}),
        doctest::Contains("1.png is 2x2: bring them to one size, or convert the network with --resize and "
                          "--center-crop"),
        Error);
    const Dataset dataset = open_dataset({.path = folder / "", .framing = {.resize = Extent{1, 1}}});
    CHECK(dataset.shape == Shape{1, 1, 1});
    CHECK(sample(dataset, 0) == std::vector<double>{(0 + 64 + 128 + 255) / 4.0});
    CHECK(sample(dataset, 1) == std::vector<double>{2.0});
}

TEST_CASE("PNG folder: splits, other pictures and damaged files") {
    const TemporaryFolder folder;
    write_in_class(folder, "train/a/1.png", grey);
    write_in_class(folder, "val/a/1.png", grey);
    write_in_class(folder, "val/b/1.png", grey);
    CHECK(open_dataset({.path = folder / ""}).count == 2);
    CHECK(open_dataset({.path = folder / "", .split = "train"}).count == 1);
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / "val", .split = "train"}),
                         doctest::Contains("has no subfolders train and test"), UsageError);
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / "", .labels = "y.npy"}),
                         doctest::Contains("y.npy: not needed, "), UsageError);
    std::filesystem::create_directory(folder / "val/c");
    folder.write("val/c/x.BMP", "");
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / ""}),
                         doctest::Contains("x.BMP: only PNGs and JPEGs are read: convert the pictures"), Error);
    std::filesystem::remove(folder / "val/c/x.BMP");
    folder.write("val/c/x.png", "garbage");
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / ""}), doctest::Contains("x.png: is no PNG that can be read"),
                         Error);
}

TEST_CASE("class folders: a class without pictures keeps its number, so that no other label is shifted") {
    const TemporaryFolder folder;
    write_in_class(folder, "a/1.png", grey);
    std::filesystem::create_directory(folder / "b");
    write_in_class(folder, "c/1.png", grey);
    const Dataset dataset = open_dataset({.path = folder / ""});
    CHECK(dataset.labels == std::vector<std::int32_t>{0, 2});
    CHECK(dataset.class_names == std::vector<std::string>{"a", "b", "c"});
    CHECK(dataset.has_class_folders);
    REQUIRE(dataset.warnings.size() == 1);
    CHECK(dataset.warnings[0] ==
          (folder / "b").string() + ": has no PNGs or JPEGs: class 1 has no samples, the other labels stay");
    std::filesystem::remove_all(folder / "a");
    std::filesystem::remove_all(folder / "c");
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / ""}), doctest::Contains("has no PNGs or JPEGs: wanted is"),
                         Error);
}

TEST_CASE("class folders: names that are all numbers are in the order of the numbers, others in that of the alphabet") {
    const auto names = [](const std::vector<std::string>& folders) {
        const TemporaryFolder folder;
        for (const std::string& name : folders) std::filesystem::create_directory(folder / name);
        const ClassFolders classes = class_folders_in(folder / "", {});
        std::string text;
        for (const std::string& name : classes.names) text += (text.empty() ? "" : " ") + name;
        return text + (classes.note.find("order of their numbers: ") != std::string::npos ? " by number" : " by name");
    };
    CHECK(names({"0", "1", "10", "11", "2"}) == "0 1 2 10 11 by number");
    CHECK(names({"007", "12", "3"}) == "3 007 12 by number");
    CHECK(names({"100000000000000000000000000000", "2"}) == "2 100000000000000000000000000000 by number");
    CHECK(names({"1", "10", "2", "x"}) == "1 10 2 x by name");
    CHECK(names({"class10", "class2"}) == "class10 class2 by name");
}

TEST_CASE("class folders: folders that are called like the network's classes are labelled by name") {
    const TemporaryFolder folder;
    for (const char* name : {"cat", "dog"}) write_in_class(folder, std::string(name) + "/1.png", grey);
    const std::vector<std::string> classes = {"dog", "bird", "cat"};
    const Dataset dataset = open_dataset({.path = folder / "", .class_names = classes});
    CHECK(dataset.labels == std::vector<std::int32_t>{0, 2});
    CHECK(dataset.class_names == classes);
    std::filesystem::create_directory(folder / "brid");
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / "", .class_names = classes}),
                         doctest::Contains("brid: the network has no class of this name, though it has cat and others; "
                                           "did you mean \"bird\"?"),
                         Error);
    const Dataset other = open_dataset({.path = folder / "", .class_names = {"7", "8", "9"}});
    CHECK(other.labels == std::vector<std::int32_t>{1, 2});
    CHECK(other.notes.at(0).find("(none is called like a class of the network)") != std::string::npos);
}
