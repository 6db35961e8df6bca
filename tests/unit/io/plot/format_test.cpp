#include "core/error.hpp"
#include "io/plot/cells_png.hpp"
#include "io/plot/picture_file.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/io/report/markup.hpp"

#include <doctest/doctest.h>
#include <png.h>

#include <algorithm>
#include <array>

using namespace syncopate;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Grey levels of a PNG file in memory, row by row.
struct Image {
    explicit Image(const std::string& file) {
        png_image png{};
        png.version = PNG_IMAGE_VERSION;
        REQUIRE(png_image_begin_read_from_memory(&png, file.data(), file.size()) != 0);
        png.format = PNG_FORMAT_GRAY;
        width = png.width;
        levels.resize(PNG_IMAGE_SIZE(png));
        REQUIRE(png_image_finish_read(&png, nullptr, levels.data(), 0, nullptr) != 0);
    }
    int at(std::size_t x, std::size_t y) const { return levels.at(y * width + x); }

    std::size_t width = 0;
    std::vector<unsigned char> levels;
};

/// A figure with one of everything, 100 × 80 points.
Figure one_of_everything(const std::string& words) {
    const auto draw = [words](Drawing& drawing) {
        static constexpr std::array<double, 4> values = {0.0, 1.0, 0.5, 0.0};
        static constexpr std::array<Point, 3> corners = {{{60.0, 40.0}, {80.0, 40.0}, {70.0, 55.0}}};
        drawing.rectangle({10.0, 10.0, 20.0, 10.0}, palette::black);
        drawing.cells({40.0, 10.0, 20.0, 20.0}, {2, values});
        drawing.polygon(corners, palette::blue, 0.5);
        drawing.polyline(corners, {.colour = palette::blue, .dash = {5.0, 2.0}});
        drawing.outline({2.0, 2.0, 96.0, 76.0}, {});
        drawing.strokes(corners, 4.0, {});
        for (std::size_t n = 0; n < 8; ++n)
            drawing.marker({10.0 + 10.0 * static_cast<double>(n), 65.0}, series_style(n));
        drawing.marker({20.0, 40.0}, baseline_style());
        drawing.begin_titled("a < b");
        drawing.text({5.0, 36.0}, words, {.size = 6.0});
        drawing.end_titled();
        drawing.text({95.0, 60.0}, "up", {.size = 6.0, .anchor = Lettering::Anchor::middle, .turn = -90.0});
    };
    return {.description = "everything", .width = 100.0, .height = 80.0, .draw = draw};
}

}  // namespace

TEST_SUITE("plot") {
    TEST_CASE("A figure is drawn alike in all formats, and the same bytes every time") {
        const TemporaryFolder folder;
        for (const char* name : {"a.svg", "b.svg", "a.png", "b.png", "a.pdf", "b.pdf"})
            write_picture(one_of_everything("θ ≥ 1"), folder / name);
        CHECK(folder.read("a.svg") == folder.read("b.svg"));
        CHECK(folder.read("a.png") == folder.read("b.png"));
        CHECK(folder.read("a.pdf") == folder.read("b.pdf"));
        CHECK(folder.read("a.svg") == one_of_everything("θ ≥ 1").svg());
        CHECK(test::markup_fault(folder.read("a.svg")).empty());
        CHECK(folder.read("a.pdf").starts_with("%PDF-"));
        CHECK(has(folder.read("a.pdf"), "/MediaBox [ 0 0 100 80 ]"));
        const Image image(folder.read("a.png"));  // two pixels a point
        CHECK(image.width == 200);
        CHECK(image.at(40, 30) == 0);    // the rectangle
        CHECK(image.at(90, 30) == 255);  // the four cells
        CHECK(image.at(110, 30) == 0);
        CHECK(image.at(90, 50) == 128);
        CHECK(image.at(110, 50) == 255);
        CHECK(image.at(40, 80) == 0);  // the disc of the baseline
        CHECK(image.at(4, 80) < 255);  // the outline
    }

    TEST_CASE("Cells become an image inside the SVG, whose pixels are whole cells") {
        constexpr std::array<double, 3> values = {0.0, 1.0, 0.25};
        const Image image(cells_png({1, values}, {0.0, 0.0, 6.0, 1.0}));
        CHECK(image.width == 12);
        for (std::size_t x = 0; x < 12; ++x) CHECK(image.at(x, 0) == std::array{255, 0, 191}.at(x / 4));
        CHECK(has(one_of_everything("").svg(), "href=\"data:image/png;base64,iVBORw0KGgo"));
    }

    TEST_CASE("Texts that are not UTF-8 are drawn with replacements in every format") {
        const TemporaryFolder folder;
        for (const char* name : {"a.svg", "a.png", "a.pdf"})
            CHECK_NOTHROW(write_picture(one_of_everything("\xFF\xC0 ok \x01"), folder / name));
        CHECK(has(folder.read("a.svg"), "\uFFFD\uFFFD ok \uFFFD"));
    }

    TEST_CASE("A sheet that is too large, and a name with another ending, leave no file") {
        const TemporaryFolder folder;
        Figure figure = one_of_everything("");
        CHECK_THROWS_AS(check_picture_name("a.jpg"), UsageError);
        CHECK_THROWS_AS(write_picture(figure, folder / "a"), UsageError);
        CHECK_NOTHROW(check_picture_name("a.PDF"));
        for (const double height : {0.0, 16001.0, 1e300}) {
            figure.height = height;
            for (const char* name : {"a.svg", "a.png", "a.pdf"})
                CHECK_THROWS_AS(write_picture(figure, folder / name), Error);
        }
        CHECK(folder.names("").empty());
    }
}
