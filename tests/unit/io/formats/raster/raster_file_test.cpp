#include "core/error.hpp"
#include "io/formats/raster/raster_reader.hpp"
#include "io/formats/raster/raster_writer.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>

using namespace syncopate;

namespace {

RasterHeader small_header() {
    RasterHeader header;
    header.run = {.version = "0.1.0",
                  .network = "net.json",
                  .network_hash = "ab12",
                  .rule = "synchronous",
                  .T = 4,
                  .unit = "tick",
                  .seed = 18446744073709551615u,
                  .edits = {"--neuron tpp", "--relay a \"b\"=latest"}};
    header.layers = {
        {"conv \"1\"", {2, 1, 3}, {0.5, 1.0 / 3.0}, 0}, {"fc", {3, 1, 1}, {2.0}, 10}, {"in", {1, 1, 1}, {}, 0}};
    return header;
}

/// Random spikes in the order of the engine: (time, y, x, channel).
SpikeTrain random_train(std::mt19937& random, const RasterLayer& layer, std::int32_t T, double density,
                        bool has_amplitudes) {
    SpikeTrain train;
    for (std::int32_t t = layer.offset; t < layer.offset + T; ++t) {
        for (std::int32_t p = 0; p < layer.shape.area(); ++p) {
            for (std::int32_t c = 0; c < layer.shape.channels; ++c) {
                if (static_cast<double>(random()) >= density * 4294967296.0) continue;
                train.times.push_back(t);
                train.ids.push_back(static_cast<std::int32_t>(c * layer.shape.area() + p));
                if (has_amplitudes) train.amplitudes.push_back(random() % 2 == 0 ? -1 : 3);
            }
        }
    }
    return train;
}

/// Piece `n` of `pieces` of a train.
SpikeTrain piece(const SpikeTrain& train, std::size_t n, std::size_t pieces) {
    const auto begin = static_cast<std::ptrdiff_t>(train.times.size() * n / pieces);
    const auto end = static_cast<std::ptrdiff_t>(train.times.size() * (n + 1) / pieces);
    SpikeTrain part;
    part.times.assign(train.times.begin() + begin, train.times.begin() + end);
    part.ids.assign(train.ids.begin() + begin, train.ids.begin() + end);
    if (!train.amplitudes.empty())
        part.amplitudes.assign(train.amplitudes.begin() + begin, train.amplitudes.begin() + end);
    return part;
}

void check_same(const RasterHeader& a, const RasterHeader& b) {
    CHECK(a.run.version == b.run.version);
    CHECK(a.run.network == b.run.network);
    CHECK(a.run.network_hash == b.run.network_hash);
    CHECK(a.run.rule == b.run.rule);
    CHECK(a.run.T == b.run.T);
    CHECK(a.run.seed == b.run.seed);
    CHECK(a.run.edits == b.run.edits);
    CHECK(a.recorded() == b.recorded());
    CHECK(a.truncated == b.truncated);
    REQUIRE(a.layers.size() == b.layers.size());
    for (std::size_t l = 0; l < a.layers.size(); ++l) {
        CHECK(a.layers[l].name == b.layers[l].name);
        CHECK(a.layers[l].shape == b.layers[l].shape);
        CHECK(a.layers[l].v_threshold == b.layers[l].v_threshold);
        CHECK(a.layers[l].offset == b.layers[l].offset);
    }
}

}  // namespace

TEST_CASE("raster: every spike comes back, in pieces of any size and layers in any order") {
    for (std::uint32_t seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        const TemporaryFolder folder;
        RasterHeader header = small_header();
        header.run.T = static_cast<std::int32_t>(1 + random() % 9);
        header.layers[0].shape = {static_cast<std::int32_t>(1 + random() % 5),
                                  static_cast<std::int32_t>(1 + random() % 4), 7};
        header.layers[0].v_threshold.clear();
        const bool is_bitset = seed % 2 == 0;
        RasterWriter writer(folder / "r.json", header,
                            {.encoding = is_bitset ? RasterEncoding::bitset : RasterEncoding::events});
        std::vector<std::vector<SpikeTrain>> trains(3);
        for (std::size_t s = 0; s < trains.size(); ++s) {
            for (const RasterLayer& layer : header.layers) {
                trains[s].push_back(random_train(random, layer, header.run.T, 0.4 * static_cast<double>(random() % 3),
                                                 !is_bitset && s == 1));
            }
            writer.begin_sample();
            const std::size_t pieces = 1 + random() % 5;
            for (std::size_t n = 0; n < pieces; ++n) {
                for (std::size_t l = 3; l-- > 0;) writer.append(l, piece(trains[s][l], n, pieces));
            }
            writer.end_sample({.index = static_cast<std::int64_t>(10 * s), .label = 3, .prediction = std::nullopt});
        }
        writer.finish();
        const Raster raster = load_raster(folder / "r.json");
        check_same(raster.header, header);
        REQUIRE(raster.samples.size() == 3);
        for (std::size_t s = 0; s < 3; ++s) {
            CHECK(raster.samples[s].info == RasterSampleInfo{static_cast<std::int64_t>(10 * s), 3, std::nullopt});
            for (std::size_t l = 0; l < 3; ++l) CHECK(raster.samples[s].trains[l] == trains[s][l]);
        }
        CHECK(folder.names("") == std::vector<std::string>{"r.json"});
    }
}

TEST_CASE("raster: the file is the JSON that the format describes") {
    const TemporaryFolder folder;
    for (const auto encoding : {RasterEncoding::events, RasterEncoding::counts, RasterEncoding::bitset}) {
        RasterWriter writer(folder / "r.json", small_header(), {.encoding = encoding});
        writer.begin_sample();
        writer.append(0, {{0, 0, 3}, {3, 5, 3}, {}});
        writer.append(1, {{12}, {2}, {}});
        writer.end_sample({.index = 7, .label = 1, .prediction = 2});
        writer.finish();
        const auto json = nlohmann::json::parse(folder.read("r.json"));
        CHECK(json["format"] == "syncopate-raster/1");
        CHECK(json["network"]["hash"] == "ab12");
        CHECK(json["T"] == 4);
        CHECK(json["ticks"] == nlohmann::json({0, 4}));
        CHECK(json["truncated"] == false);
        CHECK(
            json["layers"][0] ==
            nlohmann::json::parse(
                R"({"name": "conv \"1\"", "shape": [2,1,3], "count": 6, "v_threshold": [0.5, 0.3333333333333333], "offset": 0})"));
        CHECK(json["layers"][2]["v_threshold"].is_null());
        const auto& sample = json["samples"][0];
        CHECK(sample["index"] == 7);
        CHECK(sample["prediction"] == 2);
        const auto& layers = sample["layers"];
        if (encoding == RasterEncoding::events) {
            CHECK(layers == nlohmann::json::parse(R"({"conv \"1\"": {"events": {"times": [0,0,3], "ids": [3,5,3]}},
                "fc": {"events": {"times": [12], "ids": [2]}}, "in": {"events": {"times": [], "ids": []}}})"));
        } else if (encoding == RasterEncoding::counts) {
            CHECK(
                layers ==
                nlohmann::json::parse(
                    R"({"conv \"1\"": {"counts": [0,0,0,2,0,1]}, "fc": {"counts": [0,0,1]}, "in": {"counts": [0]}})"));
        } else {  // neurons 3 and 5 are bits 3 and 5 of one byte: 0x28; neuron 3 alone: 0x08; neuron 2: 0x04
            CHECK(layers ==
                  nlohmann::json::parse(
                      R"({"conv \"1\"": {"bitset": ["KA==","","","CA=="]}, "fc": {"bitset": ["","","BA==",""]},
                "in": {"bitset": ["","","",""]}})"));
        }
    }
}

TEST_CASE("raster: counts come back") {
    const TemporaryFolder folder;
    RasterWriter writer(folder / "r.json", small_header(), {.encoding = RasterEncoding::counts});
    writer.begin_sample();
    writer.append(1, {{10, 13, 13}, {2, 0, 2}, {}});
    writer.end_sample({.index = 0});
    writer.finish();
    const Raster raster = load_raster(folder / "r.json");
    CHECK(raster.samples[0].counts[1] == std::vector<std::int32_t>{1, 0, 2});
    CHECK(raster.samples[0].counts[0] == std::vector<std::int32_t>(6, 0));
    CHECK(raster.samples[0].trains[1].times.empty());
}

TEST_CASE("raster: only the ticks asked for are written, in each layer's own window") {
    for (const auto encoding : {RasterEncoding::events, RasterEncoding::bitset, RasterEncoding::counts}) {
        const TemporaryFolder folder;
        RasterHeader header = small_header();
        header.ticks = TickRange{1, 3};
        RasterWriter writer(folder / "r.json", header, {.encoding = encoding});
        writer.begin_sample();
        writer.append(1, {{10, 11, 12, 13}, {0, 1, 1, 2}, {}});
        writer.end_sample({.index = 0});
        writer.finish();
        const Raster raster = load_raster(folder / "r.json");
        CHECK(raster.header.ticks == TickRange{1, 3});
        if (encoding == RasterEncoding::counts) {
            CHECK(raster.samples[0].counts[1] == std::vector<std::int32_t>{0, 2, 0});
        } else {
            CHECK(raster.samples[0].trains[1] == SpikeTrain{{11, 12}, {1, 1}, {}});
        }
    }
}

TEST_CASE("raster: layers and samples can be selected") {
    const TemporaryFolder folder;
    RasterWriter writer(folder / "r.json", small_header());
    for (std::int32_t s = 0; s < 3; ++s) {
        writer.begin_sample();
        writer.append(1, {{10 + s}, {s}, {}});
        writer.append(2, {{s}, {0}, {}});
        writer.end_sample({.index = 100 + s});
    }
    writer.finish();
    const Raster raster = load_raster(folder / "r.json", {.layers = {"fc"}, .samples = {102}});
    REQUIRE(raster.samples.size() == 1);
    CHECK(raster.samples[0].info.index == 102);
    CHECK(raster.samples[0].trains[1] == SpikeTrain{{12}, {2}, {}});
    CHECK(raster.samples[0].trains[2].times.empty());
    const std::string file = (folder / "r.json").string();
    CHECK_THROWS_WITH_AS(load_raster(file, {.layers = {"fcc"}}),
                         (file + ": layer \"fcc\" is not recorded; did you mean \"fc\"?").c_str(), Error);
    CHECK_THROWS_WITH_AS(load_raster(file, {.samples = {5}}), (file + ": sample 5 is not recorded").c_str(), Error);
    CHECK_THROWS_WITH_AS(load_raster(folder / ""),
                         ((folder / "").string() + ": is a folder; give the raster file itself").c_str(), Error);
    CHECK_THROWS_WITH_AS(load_raster(folder / "none"), ((folder / "none").string() + ": there is no such file").c_str(),
                         Error);
}

TEST_CASE("raster: members in another order, as other programs write them, give the same raster") {
    for (const auto encoding : {RasterEncoding::events, RasterEncoding::bitset}) {
        const TemporaryFolder folder;
        RasterWriter writer(folder / "r.json", small_header(), {.encoding = encoding});
        for (std::int32_t s = 0; s < 2; ++s) {
            writer.begin_sample();
            writer.append(0, {{0, 0, 3}, {3, 5, 3}, {}});
            if (encoding == RasterEncoding::events) writer.append(1, {{11, 12}, {2, 0}, {1, -7}});
            writer.end_sample({.index = s, .label = 1, .prediction = 2});
        }
        writer.finish();
        const Raster raster = load_raster(folder / "r.json");
        folder.write("sorted.json", nlohmann::json::parse(folder.read("r.json")).dump());  // sorts the keys
        const Raster sorted = load_raster(folder / "sorted.json", {.layers = {}, .samples = {1}});
        check_same(sorted.header, raster.header);
        REQUIRE(sorted.samples.size() == 1);
        CHECK(sorted.samples[0].info == raster.samples[1].info);
        CHECK(sorted.samples[0].trains == raster.samples[1].trains);
    }
}

TEST_CASE("raster: ids sorted within a tick, as other programs write them, are put in the order of the engine") {
    const TemporaryFolder folder;
    folder.write("r.json",
                 R"({"format": "syncopate-raster/1", "T": 2, "layers": [{"name": "a", "shape": [2,1,2], "count": 4}],
        "samples": [{"index": 0, "layers": {"a": {"events": {"times": [0,0,0,0,1], "ids": [0,1,2,3,1], "amplitudes": [5,6,7,8,9]}}}}]})");
    CHECK(load_raster(folder / "r.json").samples[0].trains[0] ==
          SpikeTrain{{0, 0, 0, 0, 1}, {0, 2, 1, 3, 1}, {5, 7, 6, 8, 9}});
}

TEST_CASE("raster: at its size limit the file ends clean, whole samples only, and says truncated") {
    const TemporaryFolder folder;
    for (const auto encoding : {RasterEncoding::events, RasterEncoding::counts, RasterEncoding::bitset}) {
        RasterHeader header;
        header.run.T = 64;
        header.layers = {{"a", {100, 1, 1}, {}, 0}};
        RasterWriter writer(folder / "r.json", header, {.encoding = encoding, .size_limit = 5000});
        std::mt19937 random(1);
        std::int64_t complete = 0;
        for (std::int64_t s = 0; s < 50; ++s) {
            writer.begin_sample();
            writer.append(0, random_train(random, header.layers[0], 64, 0.02, false));
            writer.end_sample({.index = s});
            if (!writer.truncated()) ++complete;
        }
        writer.finish();
        CHECK(writer.truncated());
        const Raster raster = load_raster(folder / "r.json");
        CHECK(raster.header.truncated);
        CHECK(complete >= 1);
        CHECK(static_cast<std::int64_t>(raster.samples.size()) == complete);
        CHECK(folder.read("r.json").size() <= 5000);
    }
}

TEST_CASE("raster: a sample larger than memory goes through the disk and comes back whole") {
    const TemporaryFolder folder;
    RasterHeader header;
    header.run.T = 300;
    header.layers = {{"a", {10, 10, 10}, {}, 0}, {"b", {50, 1, 1}, {}, 0}};
    std::mt19937 random(3);
    const std::vector<SpikeTrain> trains = {random_train(random, header.layers[0], 300, 0.5, true),
                                            random_train(random, header.layers[1], 300, 0.5, false)};
    RasterWriter writer(folder / "r.json", header);
    for (int s = 0; s < 2; ++s) {
        writer.begin_sample();
        for (std::size_t n = 0; n < 10; ++n) {
            for (std::size_t l = 0; l < 2; ++l) writer.append(l, piece(trains[l], n, 10));
        }
        writer.end_sample({.index = s});
    }
    CHECK(folder.names("").size() == 1);  // the spool has no name
    writer.finish();
    const Raster raster = load_raster(folder / "r.json");
    for (const RasterSample& sample : raster.samples) CHECK(sample.trains == trains);
    CHECK(folder.names("") == std::vector<std::string>{"r.json"});
}

TEST_CASE("raster: a writer that is given up leaves nothing behind, not even over an older file") {
    const TemporaryFolder folder;
    folder.write("r.json", "older");
    {
        RasterWriter writer(folder / "r.json", small_header());
        writer.begin_sample();
    }
    CHECK(folder.read("r.json") == "older");
    CHECK(folder.names("") == std::vector<std::string>{"r.json"});
}

TEST_CASE("raster: the writer refuses spikes that are no spikes of the layer") {
    const TemporaryFolder folder;
    const std::string file = (folder / "r.json").string();
    const auto message = [&](const SpikeTrain& spikes,
                             RasterEncoding encoding = RasterEncoding::events) -> std::string {
        RasterWriter writer(file, small_header(), {.encoding = encoding});
        writer.begin_sample();
        try {
            writer.append(1, spikes);
        } catch (const Error& error) {
            return std::string(error.what()).substr(file.size());
        }
        return "no error";
    };
    CHECK(message({{10, 11}, {2, 0}, {}}) == "no error");
    CHECK(message({{10}, {3}, {}}) ==
          ": layer \"fc\": spike (tick 10, neuron 3) is of no neuron; the layer has 0 to 2");
    CHECK(message({{10}, {-1}, {}}) ==
          ": layer \"fc\": spike (tick 10, neuron -1) is of no neuron; the layer has 0 to 2");
    CHECK(message({{9}, {0}, {}}) ==
          ": layer \"fc\": spike (tick 9, neuron 0) is outside the layer's window, ticks 10 to 13");
    CHECK(message({{14}, {0}, {}}) ==
          ": layer \"fc\": spike (tick 14, neuron 0) is outside the layer's window, ticks 10 to 13");
    const std::string late = " comes too late; spikes are ordered by (time, y, x, channel), each neuron once a tick";
    CHECK(message({{11, 10}, {0, 0}, {}}) == ": layer \"fc\": spike (tick 10, neuron 0)" + late);
    CHECK(message({{11, 11}, {1, 1}, {}}) == ": layer \"fc\": spike (tick 11, neuron 1)" + late);
    CHECK(message({{11, 11}, {1}, {}}) == ": layer \"fc\": 2 times, 1 ids and 0 amplitudes must be equally many");
    CHECK(message({{11}, {1}, {2}}, RasterEncoding::bitset) ==
          ": layer \"fc\": a spike has amplitude 2, which a bitset cannot hold; use events");
    RasterHeader header = small_header();
    header.layers[1].name = header.layers[0].name;
    CHECK_THROWS_WITH_AS(RasterWriter(file, header), (file + R"(: layers[1].name: "conv "1"", is used twice)").c_str(),
                         Error);
    header = small_header();
    header.run.T = 0;
    CHECK_THROWS_WITH_AS(RasterWriter(file, header), (file + ": T: 0, must be from 1 to 2^30").c_str(), Error);
    header = small_header();
    header.ticks = TickRange{2, 5};
    CHECK_THROWS_WITH_AS(RasterWriter(file, header),
                         (file + ": ticks: [2,5], must be a first tick and an end within 0 to T = 4").c_str(), Error);
    CHECK_THROWS_AS(RasterWriter(folder / "no/such/r.json", small_header()), Error);
    CHECK(folder.names("").empty());
}
