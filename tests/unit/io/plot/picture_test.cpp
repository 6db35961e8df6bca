#include "core/error.hpp"
#include "io/formats/raster/raster_writer.hpp"
#include "io/plot/picture_file.hpp"
#include "io/plot/probe_figure.hpp"
#include "io/plot/raster_figure.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/io/report/markup.hpp"

#include <doctest/doctest.h>
#include <png.h>

#include <algorithm>

using namespace syncopate;

namespace {

/// The grey levels of a PNG file, 0 = black.
struct Image {
    std::size_t width = 0;
    std::size_t height = 0;
    std::vector<unsigned char> levels;

    explicit Image(const std::filesystem::path& path) {
        png_image png{};
        png.version = PNG_IMAGE_VERSION;
        REQUIRE(png_image_begin_read_from_file(&png, path.c_str()) != 0);
        png.format = PNG_FORMAT_GRAY;
        width = png.width;
        height = png.height;
        levels.resize(PNG_IMAGE_SIZE(png));
        REQUIRE(png_image_finish_read(&png, nullptr, levels.data(), 0, nullptr) != 0);
    }
    /// Black pixels in the part of the sheet right of `left` and left of `right` (shares of the width).
    std::int64_t black_between(double left, double right) const {
        std::int64_t count = 0;
        for (std::size_t y = 125; y + 110 < height; ++y) {  // between the titles and the axis
            for (auto x = static_cast<std::size_t>(left * static_cast<double>(width));
                 x < static_cast<std::size_t>(right * static_cast<double>(width)); ++x) {
                count += levels[y * width + x] < 10 ? 1 : 0;
            }
        }
        return count;
    }
};

/// A raster of one layer with 40 neurons and 16 ticks, and a sample with no spikes.
std::filesystem::path small_raster(const TemporaryFolder& folder, const SpikeTrain& spikes,
                                   RasterEncoding encoding = RasterEncoding::events) {
    RasterHeader header;
    header.run.T = 16;
    header.layers = {{"layer", {40, 1, 1}, {}, 0}, {"other", {10, 1, 1}, {}, 3}};
    RasterWriter writer(folder / "r.json", header, {.encoding = encoding});
    writer.begin_sample();
    writer.append(0, spikes);
    writer.end_sample({.index = 4, .label = 1, .prediction = 2});
    writer.begin_sample();
    writer.end_sample({.index = 9});
    writer.finish();
    return folder / "r.json";
}

void draw_raster(const std::filesystem::path& raster, const std::filesystem::path& picture,
                 const RasterFigureOptions& options = {}) {
    write_picture(raster_figure(raster, options), picture);
}

void draw_probes(const ProbeRecord& record, const std::filesystem::path& picture) {
    write_picture(probe_figure(record, "p.json"), picture);
}

Probe made_probe(std::int32_t T) {
    Probe probe;
    probe.layer = "conv1";
    probe.shape = {2, 3, 4};
    probe.v_threshold = 0.5;
    probe.trace.neuron = 17;
    double v = 0.5;
    for (std::int32_t t = 0; t < T; ++t) {
        const double current = t % 3 == 0 ? 0.75 : -0.125;
        v += current;
        probe.trace.current.push_back(current);
        probe.trace.potential_at_test.push_back(v);
        probe.trace.spikes.push_back(v >= 1.0 ? 1 : 0);
        if (v >= 1.0) v -= 1.0;
        probe.trace.potential.push_back(v);
    }
    return probe;
}

}  // namespace

TEST_CASE("raster picture: early spikes are drawn on the left, late ones on the right, and silence is white") {
    const TemporaryFolder folder;
    SpikeTrain early;
    SpikeTrain late;
    for (std::int32_t n = 0; n < 40; ++n) {
        early.times.push_back(0);
        late.times.push_back(15);
        early.ids.push_back(n);
        late.ids.push_back(n);
    }
    draw_raster(small_raster(folder, early), folder / "early.png", {.sample = {}, .layers = {"layer"}});
    draw_raster(small_raster(folder, late), folder / "late.png", {.sample = {}, .layers = {"layer"}});
    draw_raster(small_raster(folder, late), folder / "silent.png", {.sample = 9, .layers = {"layer"}});
    CHECK(Image(folder / "early.png").width == 1600);
    CHECK(Image(folder / "early.png").black_between(0.11, 0.3) > 200);
    CHECK(Image(folder / "early.png").black_between(0.3, 0.88) == 0);
    CHECK(Image(folder / "late.png").black_between(0.11, 0.7) == 0);
    CHECK(Image(folder / "late.png").black_between(0.7, 0.88) > 200);
    CHECK(Image(folder / "silent.png").black_between(0.11, 0.88) == 0);
}

TEST_CASE("raster picture: a layer with more neurons than rows is drawn as densities") {
    const TemporaryFolder folder;
    RasterHeader header;
    header.run.T = 2000;
    header.layers = {{"a", {100, 10, 10}, {}, 0}};
    RasterWriter writer(folder / "r.json", header, {.encoding = RasterEncoding::bitset});
    writer.begin_sample();
    SpikeTrain spikes;
    for (std::int32_t t = 1000; t < 1100; ++t) {  // ordered by (y, x, channel)
        for (std::int32_t p = 0; p < 100; ++p) {
            for (std::int32_t c = 0; c < 100; ++c) {
                spikes.times.push_back(t);
                spikes.ids.push_back(c * 100 + p);
            }
        }
    }
    writer.append(0, spikes);
    writer.end_sample({.index = 0});
    writer.finish();
    draw_raster(folder / "r.json", folder / "r.png");
    const Image image(folder / "r.png");
    CHECK(image.black_between(0.17, 0.5) == 0);
    CHECK(image.black_between(0.5, 0.6) > 4000);
    CHECK(image.black_between(0.62, 0.87) == 0);
}

TEST_CASE("raster picture: the same raster gives the same PNG bytes, and SVG is drawn too") {
    const TemporaryFolder folder;
    const auto raster = small_raster(folder, {{0, 3}, {1, 2}, {1, -2}});
    draw_raster(raster, folder / "a.png");
    draw_raster(raster, folder / "b.PNG");
    CHECK(folder.read("a.png") == folder.read("b.PNG"));
    draw_raster(raster, folder / "a.svg");
    const std::string svg = folder.read("a.svg");
    CHECK(svg.starts_with("<svg"));
    CHECK(test::markup_fault(svg).empty());
    CHECK(test::legibility_fault(svg).empty());
    CHECK(svg.ends_with("</svg>\n"));
    CHECK(svg.find("viewBox=\"0 0 800 ") != std::string::npos);
    CHECK(svg.find("#d55e00") != std::string::npos);  // the negative spike
    CHECK(folder.names("") == std::vector<std::string>{"a.png", "a.svg", "b.PNG", "r.json"});
}

TEST_CASE("raster picture: what cannot be drawn is refused and leaves no file") {
    const TemporaryFolder folder;
    const auto raster = small_raster(folder, {});
    const std::string file = raster.string();
    CHECK_THROWS_WITH_AS(draw_raster(raster, "r.jpg"),
                         "r.jpg: a picture is written as .svg, .png or .pdf; end the name so", UsageError);
    CHECK_THROWS_WITH_AS(draw_raster(raster, folder / "r.png", {.sample = 5, .layers = {}}),
                         (file + ": sample 5 is not recorded; there are 4, 9").c_str(), Error);
    CHECK_THROWS_WITH_AS(draw_raster(raster, folder / "r.png", {.sample = {}, .layers = {"layers"}}),
                         (file + ": layer \"layers\" is not recorded; did you mean \"layer\"?").c_str(), Error);
    small_raster(folder, {}, RasterEncoding::counts);
    CHECK_THROWS_WITH_AS(draw_raster(raster, folder / "r.png"),
                         (file + ": layer \"layer\" is recorded as counts, which have no times; record events or a "
                                 "bitset, or select other layers")
                             .c_str(),
                         Error);
    RasterWriter(raster, RasterHeader{}).finish();
    CHECK_THROWS_WITH_AS(draw_raster(raster, folder / "r.png"),
                         (file + ": no layer is recorded, so there is nothing to draw").c_str(), Error);
    RasterHeader header;
    header.layers = {{"a", {1, 1, 1}, {}, 0}};
    RasterWriter(raster, header).finish();
    for (const std::optional<std::int64_t> sample : {std::optional<std::int64_t>(), std::optional<std::int64_t>(3)})
        CHECK_THROWS_WITH_AS(draw_raster(raster, folder / "r.png", {.sample = sample, .layers = {}}),
                             (file + ": holds no sample, so there is nothing to draw").c_str(), Error);
    RasterWriter writer(raster, header);
    for (std::int64_t index = 20; index < 40; ++index) {
        writer.begin_sample();
        writer.end_sample({.index = index});
    }
    writer.finish();
    CHECK_THROWS_WITH_AS(
        draw_raster(raster, folder / "r.png", {.sample = 5, .layers = {}}),
        (file + ": sample 5 is not recorded; there are 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31 and 8 more")
            .c_str(),
        Error);
    CHECK(folder.names("") == std::vector<std::string>{"r.json"});
}

TEST_CASE("raster picture: many layers, long names and long windows fit on the sheet") {
    const TemporaryFolder folder;
    RasterHeader header;
    header.run.T = 1 << 30;
    for (int l = 0; l < 60; ++l)
        header.layers.push_back({std::string(200, 'n') + "ö" + std::to_string(l), {1 << 20, 1, 1}, {}, 0});
    RasterWriter writer(folder / "r.json", header);
    writer.begin_sample();
    writer.append(3, {{0, (1 << 30) - 1}, {0, (1 << 20) - 1}, {}});
    writer.end_sample({.index = 0});
    writer.finish();
    draw_raster(folder / "r.json", folder / "r.png");
    CHECK(Image(folder / "r.png").width == 1600);
    header.layers.resize(300);
    for (int l = 0; l < 300; ++l) header.layers[static_cast<std::size_t>(l)] = {std::to_string(l), {1, 1, 1}, {}, 0};
    RasterWriter(folder / "s.json", header).finish();
    CHECK_THROWS_AS(draw_raster(folder / "s.json", folder / "s.png"), Error);
}

TEST_CASE("probe picture: a panel for each neuron, the first 24 at most") {
    const TemporaryFolder folder;
    ProbeRecord record;
    record.run.T = 20;
    CHECK_THROWS_WITH_AS(draw_probes(record, folder / "p.png"),
                         "p.json: no neuron was probed, so there is nothing to draw", Error);
    const auto height = [&](std::size_t probes) {
        record.probes.assign(probes, made_probe(20));
        draw_probes(record, folder / "p.svg");
        const std::string svg = folder.read("p.svg");
        const std::string before = "viewBox=\"0 0 800 ";
        return std::stoi(svg.substr(svg.find(before) + before.size()));
    };
    const int panel = height(2) - height(1);
    CHECK(panel > 150);
    CHECK(height(24) == height(1) + 23 * panel);
    CHECK(height(30) == height(24));
    record.probes.resize(1);
    draw_probes(record, folder / "p.png");
    CHECK(Image(folder / "p.png").width == 1600);
    CHECK_THROWS_AS(draw_probes(record, folder / "p.gif"), UsageError);
}

TEST_CASE("probe picture: a threshold is drawn where there is one, and none for a read-out") {
    const TemporaryFolder folder;
    ProbeRecord record;
    record.run.T = 20;
    record.probes = {made_probe(20)};
    const std::string vermilion = "#d55e00";
    draw_probes(record, folder / "p.svg");
    CHECK(folder.read("p.svg").find(vermilion) != std::string::npos);
    record.probes[0].v_threshold.reset();
    std::ranges::fill(record.probes[0].trace.spikes, 0);
    draw_probes(record, folder / "p.svg");
    CHECK(folder.read("p.svg").find(vermilion) == std::string::npos);
}

TEST_CASE("probe picture: long windows and traces without change are drawn") {
    const TemporaryFolder folder;
    ProbeRecord record;
    record.run.T = 100'000;
    record.probes = {made_probe(100'000)};
    draw_probes(record, folder / "long.svg");
    CHECK(folder.read("long.svg").size() < 1'000'000);
    record.run.T = 1;
    record.probes = {made_probe(1)};
    record.probes[0].trace = {0, {0.0}, {0.0}, {0.0}, {0}};
    draw_probes(record, folder / "flat.png");
    CHECK(Image(folder / "flat.png").black_between(0.2, 0.9) == 0);
}

TEST_CASE("raster picture: neurons, ticks and size are those that were chosen, and letters stay text in SVG") {
    const TemporaryFolder folder;
    SpikeTrain spikes;
    for (std::int32_t n = 0; n < 40; ++n) {
        spikes.times.push_back(n % 16);
        spikes.ids.push_back(n);
    }
    std::ranges::sort(spikes.times);
    const RasterFigureOptions options{.layers = {"layer"},
                                      .selection = {.neurons = {{8, 16}}, .ticks = NumberRange{0, 4}},
                                      .width = 500.0,
                                      .height = 300.0};
    const Figure figure = raster_figure(small_raster(folder, spikes), options);
    CHECK(figure.width == 500.0);
    CHECK(figure.height == doctest::Approx(300.0).epsilon(0.02));
    const std::string svg = figure.svg();
    CHECK(svg.find("8 of 40 neurons</text>") != std::string::npos);
    const std::filesystem::path raster = small_raster(folder, spikes);
    CHECK_THROWS_WITH_AS(raster_figure(raster, {.selection = {.neurons = {{20, 30}}}}),
                         doctest::Contains("layer \"other\": has none of the chosen neurons: it has 10 in 10 channels"),
                         Error);
    CHECK_THROWS_WITH_AS(raster_figure(raster, {.layers = {"layer"}, .selection = {.ticks = NumberRange{16, 20}}}),
                         doctest::Contains("layer \"layer\": none of its ticks is chosen"), Error);
}
