#include "io/formats/network/network_file.hpp"

#include "core/error.hpp"
#include "io/files/sha256.hpp"
#include "neurons/models/bernoulli_rate.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/linear.hpp"
#include "neurons/models/read_out.hpp"
#include "neurons/models/relay.hpp"
#include "neurons/models/two_phase.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <random>

using namespace syncopate;

namespace {

/// A network with every model, every kind of stage, awkward names and numbers that decimals cannot hold.
LayerGraph awkward_graph(std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto odd_double = [&] {
        return std::bit_cast<double>((std::uint64_t{random()} << 32 | random()) & 0x3fefffffffffffffu) + 1e-9;
    };
    LayerGraph graph;
    const auto add = [&](const char* name, Shape shape, NeuronModel model) {
        graph.populations.push_back(
            {.name = name, .id = population_id(name), .shape = shape, .model = std::move(model), .bias = {}});
    };
    add("input \"Ä\"\n", {2, 4, 6}, DirectCurrent{});
    add("conv/1", {4, 4, 6}, IntegrateAndFire{.v_threshold = {0.1, 1.0 / 3.0, 5e-324, 1.7e308}, .v_init = -0.0});
    add("wide", {40, 1, 1},
        IntegrateAndFire{.v_threshold = std::vector<double>(40, 0.7), .v_init = 1.0 / 7.0, .v_reset = 0.0});
    add("fc", {3, 1, 1}, ReadOut{});
    add("sum", {3, 1, 1}, Linear{});
    for (double& threshold : graph.populations[2].model.as<IntegrateAndFire>()->v_threshold) threshold = odd_double();
    for (int i = 0; i < 96; ++i) graph.populations[1].bias.push_back(-odd_double());
    graph.populations[3].bias = {odd_double(), -0.0, 1e-310};
    graph.populations[3].tick_bias = TickBias{2, true, {odd_double(), -0.0, 1e-310, -odd_double(), 0.1, 3.0}};
    graph.populations[2].tick_bias = TickBias{1, false, std::vector<double>(40, -1.0 / 3.0)};
    graph.populations[1].activation = AnnStep{.threshold = {0.1, odd_double(), 3.0, 1e300}, .levels = 8, .shift = 0.1};
    graph.populations[2].activation = AnnRelu{.cap = std::vector<double>(40, std::numeric_limits<double>::infinity())};
    std::get<AnnRelu>(graph.populations[2].activation).cap[7] = 6.0;
    graph.populations[2].id = 4000000000u;
    graph.populations[2].fraction_bits = 8;
    const auto tensor = [&](const char* name, std::vector<std::int64_t> dimensions, std::size_t count) {
        Tensor made{name, std::move(dimensions), {}};
        for (std::size_t i = 0; i < count; ++i)
            made.values.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(random()) & 0xbf7fffffu));
        graph.tensors.push_back(std::move(made));
        return static_cast<TensorId>(graph.tensors.size() - 1);
    };
    const TensorId conv = tensor("conv.weight", {4, 1, 3, 3}, 36);
    tensor("unused", {0, 5}, 0);
    const TensorId linear = tensor("fc.weight", {3, 40}, 120);
    const TensorId loop = tensor("loop", {40, 40}, 1600);
    graph.projections.push_back(
        {0, 1, 0, {Convolution{{2, 4, 6}, {4, 4, 6}, {3, 3}, {1, 1}, {1, 1}, {1, 1}, 2, conv}}});
    Gather gather{{4, 2, 3}, {40, 1, 1}, {}};
    for (int i = 0; i < 40; ++i) gather.source.push_back(i < 24 ? 23 - i : -1);
    graph.projections.push_back(
        {1,
         2,
         0,
         {AveragePool{{4, 4, 6}, {4, 2, 3}, {2, 2}, {2, 2}, {0, 0}, {1, 0}, true}, gather, Scale{{40, 1, 1}, {0.1}}}});
    graph.projections.push_back({2,
                                 3,
                                 3,
                                 {Convolution{{40, 1, 1}, {3, 1, 1}, {}, {}, {}, {0, 0}, 1, linear},
                                  Scale{{3, 1, 1}, {odd_double(), odd_double(), odd_double()}}}});
    graph.projections.push_back({2, 2, 1, {Convolution{{40, 1, 1}, {40, 1, 1}, {}, {}, {}, {0, 0}, 1, loop}}});
    graph.projections.push_back({2, 2, 7, {}});
    graph.projections.push_back({4, 3, 0, {}});
    graph.populations[4].bias = {odd_double(), 0.5, 0.25};
    graph.preprocessing = {
        .scale = 1.0 / 255.0, .mean = {0.485, 0.1}, .std = {0.229, 1.0 / 3.0}, .resize = Extent{4, 6}, .stated = true};
    graph.class_names = {"T-shirt/top", "Ankle \\ boot"};
    graph.notes = {"threshold: qcfs", "line\ttab"};
    return graph;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return std::ranges::equal(
        a, b, {}, [](double x) { return std::bit_cast<std::uint64_t>(x); },
        [](double x) { return std::bit_cast<std::uint64_t>(x); });
}

void check_same(const Population& a, const Population& b) {
    CAPTURE(a.name);
    CHECK(a.name == b.name);
    CHECK(a.id == b.id);
    CHECK(a.shape == b.shape);
    CHECK(same_bits(a.bias, b.bias));
    REQUIRE(a.tick_bias.has_value() == b.tick_bias.has_value());
    if (a.tick_bias) {
        CHECK(a.tick_bias->T == b.tick_bias->T);
        CHECK(a.tick_bias->serves_shorter == b.tick_bias->serves_shorter);
        CHECK(same_bits(a.tick_bias->values, b.tick_bias->values));
    }
    CHECK(a.fraction_bits == b.fraction_bits);
    CHECK(canonical_text(a.model) == canonical_text(b.model));
    REQUIRE(a.activation.index() == b.activation.index());
    if (const auto* relu = std::get_if<AnnRelu>(&a.activation))
        CHECK(same_bits(relu->cap, std::get<AnnRelu>(b.activation).cap));
    if (const auto* step = std::get_if<AnnStep>(&a.activation)) {
        const auto& other = std::get<AnnStep>(b.activation);
        CHECK(same_bits(step->threshold, other.threshold));
        CHECK(step->levels == other.levels);
        CHECK(same_bits({step->shift}, {other.shift}));
    }
}

void check_same(const LinearStage& a, const LinearStage& b) {
    REQUIRE(a.index() == b.index());
    CHECK(input_shape(a) == input_shape(b));
    CHECK(output_shape(a) == output_shape(b));
    if (const auto* conv = std::get_if<Convolution>(&a)) {
        const auto& other = std::get<Convolution>(b);
        CHECK(conv->kernel == other.kernel);
        CHECK(conv->stride == other.stride);
        CHECK(conv->dilation == other.dilation);
        CHECK(conv->pad == other.pad);
        CHECK(conv->groups == other.groups);
        CHECK(conv->weights == other.weights);
    }
    if (const auto* pool = std::get_if<AveragePool>(&a)) {
        const auto& other = std::get<AveragePool>(b);
        CHECK(pool->kernel == other.kernel);
        CHECK(pool->stride == other.stride);
        CHECK(pool->pad == other.pad);
        CHECK(pool->pad_end == other.pad_end);
        CHECK(pool->count_include_pad == other.count_include_pad);
    }
    if (const auto* gather = std::get_if<Gather>(&a)) CHECK(gather->source == std::get<Gather>(b).source);
    if (const auto* scale = std::get_if<Scale>(&a)) CHECK(same_bits(scale->factor, std::get<Scale>(b).factor));
}

void check_same(const LayerGraph& a, const LayerGraph& b) {
    REQUIRE(a.populations.size() == b.populations.size());
    for (std::size_t p = 0; p < a.populations.size(); ++p) check_same(a.populations[p], b.populations[p]);
    REQUIRE(a.projections.size() == b.projections.size());
    for (std::size_t p = 0; p < a.projections.size(); ++p) {
        CHECK(a.projections[p].source == b.projections[p].source);
        CHECK(a.projections[p].target == b.projections[p].target);
        CHECK(a.projections[p].delay == b.projections[p].delay);
        REQUIRE(a.projections[p].stages.size() == b.projections[p].stages.size());
        for (std::size_t s = 0; s < a.projections[p].stages.size(); ++s) {
            check_same(a.projections[p].stages[s], b.projections[p].stages[s]);
        }
    }
    REQUIRE(a.tensors.size() == b.tensors.size());
    for (std::size_t t = 0; t < a.tensors.size(); ++t) {
        CHECK(a.tensors[t].name == b.tensors[t].name);
        CHECK(a.tensors[t].dimensions == b.tensors[t].dimensions);
        CHECK(std::ranges::equal(
            a.tensors[t].values, b.tensors[t].values, {}, [](float x) { return std::bit_cast<std::uint32_t>(x); },
            [](float x) { return std::bit_cast<std::uint32_t>(x); }));
    }
    CHECK(same_bits({a.preprocessing.scale}, {b.preprocessing.scale}));
    CHECK(same_bits(a.preprocessing.mean, b.preprocessing.mean));
    CHECK(same_bits(a.preprocessing.std, b.preprocessing.std));
    CHECK(a.preprocessing.resize == b.preprocessing.resize);
    CHECK(a.preprocessing.shorter_side == b.preprocessing.shorter_side);
    CHECK(a.preprocessing.center_crop == b.preprocessing.center_crop);
    CHECK(a.preprocessing.stated == b.preprocessing.stated);
    CHECK(a.preprocessing.calibrated_range == b.preprocessing.calibrated_range);
    CHECK(a.class_names == b.class_names);
    CHECK(a.notes == b.notes);
}

}  // namespace

TEST_CASE("network file: a graph comes back to the last bit") {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        const TemporaryFolder folder;
        const LayerGraph graph = awkward_graph(seed);
        write_network(graph, folder / "net.json");
        check_same(graph, read_network(folder / "net.json"));
    }
}

TEST_CASE("network file: a Bernoulli input and a network without weights come back") {
    const TemporaryFolder folder;
    LayerGraph graph;
    graph.populations.push_back(
        {.name = "in", .id = 7, .shape = {2, 1, 1}, .model = BernoulliRate{.maximum = 1.0 / 3.0}, .bias = {}});
    graph.populations.push_back({.name = "out", .id = 8, .shape = {2, 1, 1}, .model = ReadOut{}, .bias = {}});
    graph.populations[1].activation = AnnRelu{};
    graph.projections.push_back({.source = 0, .target = 1, .stages = {}});
    write_network(graph, folder / "net.json");
    check_same(graph, read_network(folder / "net.json"));
}

TEST_CASE(
    "network file: an input exponent and what is done to pictures come back; without them, files stay as they were") {
    const TemporaryFolder folder;
    LayerGraph graph;
    graph.populations.push_back({.name = "in", .id = 7, .shape = {2, 1, 1}, .model = DirectCurrent{}, .bias = {}});
    graph.populations.push_back({.name = "out", .id = 8, .shape = {2, 1, 1}, .model = ReadOut{}, .bias = {}});
    graph.projections.push_back({.source = 0, .target = 1, .stages = {}});
    write_network(graph, folder / "plain.json");
    for (const char* word : {"input_exponent", "shorter_side", "center_crop", "calibrated_range"})
        CHECK(folder.read("plain.json").find(word) == std::string::npos);
    graph.populations[0].model = DirectCurrent{.input_exponent = 2};
    graph.preprocessing = {.scale = 1.0, .mean = {}, .std = {}, .shorter_side = 256, .center_crop = Extent{224, 192}};
    write_network(graph, folder / "net.json");
    check_same(graph, read_network(folder / "net.json"));
    for (const InputRange range : {InputRange::unit, InputRange::byte, InputRange::ready}) {
        graph.preprocessing.calibrated_range = range;
        write_network(graph, folder / "net.json");
        check_same(graph, read_network(folder / "net.json"));
    }
    graph.populations[0].model = BernoulliRate{.maximum = 255.0, .input_exponent = 2};
    write_network(graph, folder / "net.json");
    check_same(graph, read_network(folder / "net.json"));
}

TEST_CASE("network file: two-phase neurons and relays of every rule come back") {
    constexpr std::array<TwoPhaseRule, 3> firing = {TwoPhaseRule::stochastic, TwoPhaseRule::memoryless,
                                                    TwoPhaseRule::deterministic};
    const std::vector<std::string> rules = {
        "identity", "permute", "permute:channel", "permute:shared:fixed", "order:2-0-1",  "reverse",  "earliest",
        "latest",   "even",    "rotate:-3",       "jitter:0.1:fixed",     "swap:3:fixed", "drop:0.3", "insert:1e-5"};
    for (std::size_t r = 0; r < rules.size(); ++r) {
        CAPTURE(rules[r]);
        const TemporaryFolder folder;
        LayerGraph graph;
        graph.populations.push_back({.name = "in", .id = 7, .shape = {2, 1, 3}, .model = DirectCurrent{}});
        graph.populations.push_back({.name = "a",
                                     .id = 8,
                                     .shape = {2, 1, 3},
                                     .model = TwoPhase{{0.1, 1.0 / 3.0}, r % 2 == 0 ? 0.0 : 1.0 / 7.0, firing[r % 3]},
                                     .bias = {0.5, 0.25}});
        graph.populations[1].activation = AnnRelu{};
        graph.populations.push_back(
            {.name = "r", .id = 9, .shape = {2, 1, 3}, .model = Relay{parse_rearrangement(rules[r])}});
        graph.populations.push_back({.name = "out", .id = 10, .shape = {6, 1, 1}, .model = ReadOut{}});
        for (std::int32_t p = 0; p < 3; ++p) graph.projections.push_back({.source = p, .target = p + 1, .stages = {}});
        write_network(graph, folder / "net.json");
        check_same(graph, read_network(folder / "net.json"));
    }
}

TEST_CASE("network file: the same graph gives the same bytes and leaves nothing else behind") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "again");
    write_network(awkward_graph(3), folder / "net.json");
    write_network(awkward_graph(3), folder / "again/net.json");
    write_network(awkward_graph(3), folder / "again/net.json");
    CHECK(folder.read("net.json") == folder.read("again/net.json"));
    CHECK(folder.read("net.safetensors") == folder.read("again/net.safetensors"));
    CHECK(folder.names("again") == std::vector<std::string>{"net.json", "net.safetensors"});
    CHECK(network_hash(folder / "net.json") == sha256_of_file(folder / "again/net.json"));
    write_network(awkward_graph(4), folder / "again/net.json");
    CHECK(network_hash(folder / "net.json") != network_hash(folder / "again/net.json"));
}

TEST_CASE("network file: tensors of one name, of no name and of a reserved name are told apart") {
    const TemporaryFolder folder;
    LayerGraph graph = awkward_graph(5);
    graph.tensors[0].name = "";
    graph.tensors[1].name = "__metadata__";
    graph.tensors[2].name = "loop";
    write_network(graph, folder / "net.json");
    const LayerGraph read = read_network(folder / "net.json");
    CHECK(read.tensors[0].name == "tensor");
    CHECK(read.tensors[1].name == "__metadata__#2");
    CHECK(read.tensors[2].name == "loop");
    CHECK(read.tensors[3].name == "loop#2");
    graph.tensors[0].name = "tensor";
    graph.tensors[1].name = "__metadata__#2";
    graph.tensors[3].name = "loop#2";
    check_same(graph, read);
}

TEST_CASE("network file: a graph that is not valid is not written") {
    const TemporaryFolder folder;
    LayerGraph graph = awkward_graph(6);
    graph.populations[3].bias[0] = std::numeric_limits<double>::quiet_NaN();
    const std::string file = (folder / "net.json").string();
    CHECK_THROWS_WITH_AS(write_network(graph, file),
                         (file + ": populations[3] \"fc\": the bias holds a value that is not finite").c_str(), Error);
    graph = awkward_graph(6);
    graph.tensors[1].dimensions = {3};
    CHECK_THROWS_WITH_AS(write_network(graph, file),
                         (file + ": tensor \"unused\" has 0 values, which do not fit its dimensions").c_str(), Error);
    graph = awkward_graph(6);
    graph.populations[1].name = "\xff";
    CHECK_THROWS_WITH_AS(write_network(graph, file),
                         (file + ": \"?\" is not UTF-8 and cannot be written as JSON; rename it").c_str(), Error);
    CHECK(folder.names("").empty());
    CHECK_THROWS_WITH_AS(write_network(awkward_graph(6), "net.safetensors"),
                         "net.safetensors: is where the weights go; name the network file like net.json", UsageError);
    CHECK_THROWS_AS(write_network(awkward_graph(6), folder / "no/such/net.json"), Error);
}
