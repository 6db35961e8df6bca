#include "core/error.hpp"
#include "io/formats/network/network_file.hpp"
#include "io/formats/raster/probe_file.hpp"
#include "io/formats/raster/raster_reader.hpp"
#include "io/formats/raster/raster_writer.hpp"
#include "io/schemas/schemas.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "neurons/models/relay.hpp"
#include "neurons/models/two_phase.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/io/schemas/schema_judge.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

using namespace syncopate;

namespace {

LayerGraph every_kind_graph() {
    LayerGraph graph;
    const auto add = [&](const std::string& name, Shape shape, NeuronModel model) {
        graph.populations.push_back(
            {.name = name, .id = population_id(name), .shape = shape, .model = std::move(model), .bias = {}});
    };
    add("in", {2, 2, 2}, DirectCurrent{.input_exponent = 3});
    add("a", {2, 2, 2}, IntegrateAndFire{.v_threshold = {0.5, 2.0}, .v_init = 0.5, .v_reset = 0.0});
    add("b", {20, 1, 1},
        IntegrateAndFire{.v_threshold = std::vector<double>(20, 0.25), .v_init = 0.0, .v_reset = std::nullopt});
    add("out", {20, 1, 1}, ReadOut{});
    add("two", {20, 1, 1}, TwoPhase{.v_threshold = {0.75}, .v_init = 0.25, .rule = TwoPhaseRule::memoryless});
    add("relay", {20, 1, 1}, Relay{parse_rearrangement("permute:shared:fixed")});
    graph.populations[1].activation = AnnStep{.threshold = {0.5, 2.0}, .levels = 8, .shift = 0.5};
    graph.populations[2].activation = AnnRelu{};
    graph.populations[2].bias.assign(20, 0.125);
    graph.tensors.push_back({"w", {2, 2, 1, 1}, {1, 2, 3, 4}});
    graph.projections.push_back({0, 1, 0, {Convolution{{2, 2, 2}, {2, 2, 2}, {}, {}, {}, {0, 0}, 1, TensorId{0}}}});
    graph.projections.push_back({1,
                                 2,
                                 1,
                                 {AveragePool{{2, 2, 2}, {2, 1, 1}, {2, 2}, {2, 2}, {0, 0}, {0, 0}, false},
                                  Gather{{2, 1, 1}, {20, 1, 1}, std::vector<std::int32_t>(20, -1)},
                                  Scale{{20, 1, 1}, std::vector<double>(20, 0.5)}}});
    graph.projections.push_back({2, 4, 0, {}});
    graph.projections.push_back({4, 5, 0, {}});
    graph.projections.push_back({5, 3, 0, {Scale{{20, 1, 1}, {0.5}}}});
    graph.preprocessing = {.scale = 1.0,
                           .mean = {0.5, 0.5},
                           .std = {1.0, 2.0},
                           .resize = Extent{2, 2},
                           .center_crop = Extent{3, 4},
                           .stated = true};
    graph.class_names = {"T-shirt"};
    graph.notes = {"threshold: qcfs"};
    return graph;
}

}  // namespace

TEST_CASE("schema: network files satisfy theirs, and what it forbids the reader refuses") {
    if (!can_judge()) return;
    const TemporaryFolder folder;
    write_network(every_kind_graph(), folder / "net.json");
    check_agreement({.schema = "network",
                     .text = folder.read("net.json"),
                     .changes = {{"syncopate-network/1", "syncopate-network/2"},
                                 {R"("notes")", R"("note")"},
                                 {R"("name": "a", )", ""},
                                 {R"("shape": [2,2,2])", R"("shape": [2,2])"},
                                 {R"("shape": [2,2,2])", R"("shape": [2,0,2])"},
                                 {R"("v_threshold": [0.5,2.0])", R"("v_threshold": [0.5,0])"},
                                 {R"("v_threshold": [0.5,2.0])", R"("v_treshold": [0.5,2.0])"},
                                 {R"("v_init": 0.5)", R"("v_init": 65)"},
                                 {R"("v_init": 0.5)", R"("v_init": "0.5")"},
                                 {R"("model": "read_out")", R"("model": "readout")"},
                                 {R"("model": "read_out")", R"("model": "read_out", "v_threshold": 1)"},
                                 {R"("v_threshold": 0.75)", R"("v_threshold": 0)"},
                                 {R"("v_threshold": 0.75, )", ""},
                                 {R"("v_init": 0.25)", R"("v_init": -65)"},
                                 {R"("rule": "memoryless")", R"("rule": "forgetful")"},
                                 {R"(, "rule": "memoryless")", ""},
                                 {R"("rule": "memoryless")", R"("rule": "memoryless", "v_reset": 0)"},
                                 {R"("permute:shared:fixed")", R"("permute:all")"},
                                 {R"("permute:shared:fixed")", R"("permute:fixed:shared")"},
                                 {R"("permute:shared:fixed")", R"("order")"},
                                 {R"("permute:shared:fixed")", R"("jitter:")"},
                                 {R"("permute:shared:fixed")", "3"},
                                 {R"(, "rule": "permute:shared:fixed")", ""},
                                 {R"("model": "relay")", R"("model": "relay", "bias": 1)"},
                                 {R"("fraction_bits": 24)", R"("fraction_bits": 0)"},
                                 {R"("L": 8)", R"("L": 0)"},
                                 {R"("type": "relu")", R"("type": "gelu")"},
                                 {R"("delay": 1)", R"("delay": -1)"},
                                 {R"("type": "convolution")", R"("type": "conv")"},
                                 {R"("stride": [1,1])", R"("stride": [0,1])"},
                                 {R"("weights": "w")", R"("weights": 3)"},
                                 {R"("std": [1.0,2.0])", R"("std": [1.0,0.0])"},
                                 {R"("resize": [2,2])", R"("resize": [2])"},
                                 {R"("resize": [2,2])", R"("shorter_side": 0)"},
                                 {R"("center_crop": [3,4])", R"("center_crop": [3,0])"},
                                 {R"("center_crop": [3,4])", R"("center_crop": 3)"},
                                 {R"("scale": 1.0)", R"("scale": 0)"},
                                 {R"("input_exponent": 3)", R"("input_exponent": 25)"},
                                 {R"("input_exponent": 3)", R"("input_exponent": -1)"},
                                 {R"("file": "net.safetensors")", R"("file": "../net.safetensors")"},
                                 {R"("sha256": ")", R"("sha256": "x)"}},
                     .read = [](const std::filesystem::path& path) { read_network(path); }},
                    folder);
}

TEST_CASE(
    "schema: that of networks knows every model and parameter, and a format that is none is refused with those there "
    "are") {
    const nlohmann::json schema = nlohmann::json::parse(schema_text("network"));
    const nlohmann::json& models = schema.at("$defs").at("population").at("oneOf");
    REQUIRE(models.size() == neuron_models().size());
    for (std::size_t m = 0; m < models.size(); ++m) {
        const ModelInfo& info = neuron_models()[m].info();
        CHECK(models[m].at("properties").at("model").at("const") == info.name);
        CHECK(models[m].at("properties").contains("bias") == info.takes_bias);
    }
    CHECK(models[2].at("required") == nlohmann::json({"name", "shape", "model", "v_threshold"}));
    CHECK(models[2].at("properties").at("v_init").at("description") ==
          "Membrane potential at the beginning, in thresholds; default 0.5.");
    CHECK_THROWS_WITH_AS(schema_text("net"),
                         "schema \"net\": no such format; there are convert, inspect, network, probe, raster, replay, "
                         "run, study",
                         UsageError);
}

TEST_CASE("schema: raster files satisfy theirs, and what it forbids the reader refuses") {
    if (!can_judge()) return;
    for (const auto encoding : {RasterEncoding::events, RasterEncoding::counts, RasterEncoding::bitset}) {
        const TemporaryFolder folder;
        RasterHeader header;
        header.run.T = 4;
        header.layers = {{"a", {9, 1, 1}, {0.5}, 0}, {"b", {2, 1, 1}, {1.0, 2.0}, 3}, {"c", {1, 1, 1}, {}, 0}};
        RasterWriter writer(folder / "r.json", header, {.encoding = encoding});
        writer.begin_sample();
        if (encoding == RasterEncoding::events) writer.append(0, {{0, 3}, {2, 8}, {-1, 5}});
        writer.append(1, {{4, 6}, {0, 1}, {}});
        writer.end_sample({.index = 5, .label = 1, .prediction = std::nullopt});
        writer.finish();
        std::vector<std::pair<std::string, std::string>> changes = {{"syncopate-raster/1", "syncopate-raster/2"},
                                                                    {R"("T": 4)", R"("T": 0)"},
                                                                    {R"("T": 4,)", ""},
                                                                    {R"("synchronous")", R"("sync")"},
                                                                    {R"("unit": "tick")", R"("unit": "ms")"},
                                                                    {R"("seed": 0)", R"("seed": -1)"},
                                                                    {R"("seed")", R"("sead")"},
                                                                    {R"("count": 9)", R"("count": 0)"},
                                                                    {R"("v_threshold": 0.5)", R"("v_threshold": 0)"},
                                                                    {R"("index": 5)", R"("index": -5)"},
                                                                    {R"("index": 5, )", ""},
                                                                    {R"("label": 1)", R"("label": "1")"},
                                                                    {R"("truncated": false)", R"("truncated": 0)"}};
        if (encoding == RasterEncoding::events) {
            changes.insert(changes.end(), {{R"("times": [0,3])", R"("times": [0,3.5])"},
                                           {R"("times": [0,3], )", ""},
                                           {R"("ids": [2,8])", R"("ids": [-2,8])"},
                                           {R"("amplitudes": [-1,5])", R"("amplitudes": [-1,0])"},
                                           {R"({"events")", R"({"spikes")"}});
        } else {
            changes.insert(changes.end(), {{R"({"bitset": ["",)", R"({"bitset": [1,)"},
                                           {R"({"bitset": ["","",)", R"({"bitset": ["AA==x","",)"}});
            if (encoding == RasterEncoding::counts) {
                changes.resize(changes.size() - 2);
                changes.emplace_back("[1,1]", "[1,-1]");
            }
        }
        check_agreement({.schema = "raster",
                         .text = folder.read("r.json"),
                         .changes = changes,
                         .read = [](const std::filesystem::path& path) { load_raster(path); }},
                        folder);
    }
}

TEST_CASE("schema: probe files satisfy theirs, and what it forbids the reader refuses") {
    if (!can_judge()) return;
    const TemporaryFolder folder;
    ProbeRecord record;
    record.run.T = 2;
    record.probes.emplace_back();
    record.probes[0].layer = "a";
    record.probes[0].shape = {2, 3, 4};
    record.probes[0].v_threshold = 1.0;
    record.probes[0].trace = {5, {0.5, -1.0}, {1.0, -0.25}, {0.0, 0.25}, {1, 0}};
    write_probes(record, folder / "p.json");
    check_agreement({.schema = "probe",
                     .text = folder.read("p.json"),
                     .changes = {{"syncopate-probe/1", "syncopate-probe/2"},
                                 {R"("id": 5)", R"("id": -5)"},
                                 {R"("position": [0,1,1])", R"("position": [0,1])"},
                                 {R"("v_threshold": 1.0)", R"("v_threshold": 0)"},
                                 {R"("current": [0.5,-1.0])", R"("current": [0.5,null])"},
                                 {R"("spikes": [1,0])", R"("spikes": [1,0.5])"},
                                 {R"("potential":)", R"("voltage":)"},
                                 {R"("sample": 0)", R"("sample": -1)"},
                                 {R"("probes")", R"("probe")"}},
                     .read = [](const std::filesystem::path& path) { read_probes(path); }},
                    folder);
}
