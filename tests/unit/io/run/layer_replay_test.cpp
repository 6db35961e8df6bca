#include "io/run/layer_replay.hpp"

#include "core/error.hpp"
#include "io/formats/raster/raster_reader.hpp"
#include "io/formats/raster/raster_writer.hpp"
#include "io/run/recorders.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "tests/support/random_network.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace syncopate;

namespace {

/// Replays a file into a network with as little around it as possible.
class Player final : public RasterSink {
public:
    Player(const Simulation& simulation, std::vector<std::string> layers, const Sample& sample)
        : statistics(simulation.network().populations.size(), simulation.duration()),
          simulation_(simulation),
          layers_(std::move(layers)),
          sample_(sample) {}

    void header(const RasterHeader& header) override { replay.emplace(simulation_, header, layers_, "r.json"); }
    bool wants(std::size_t layer) override { return replay->wants(layer); }
    void spikes(std::size_t layer, const SpikeTrain& spikes) override { replay->append(layer, spikes); }
    void end_sample(const RasterSampleInfo& info) override {
        Sample sample{info.index, info.label.value_or(-1), {}};
        if (replay->needs_data()) sample.values = sample_.values;
        outcomes.push_back(replay->run(sample, *make_serial_executor(), nullptr, statistics));
    }

    std::optional<LayerReplay> replay;
    std::vector<SampleOutcome> outcomes;
    RunStatistics statistics;

private:
    const Simulation& simulation_;
    std::vector<std::string> layers_;
    Sample sample_;
};

/// What a run that is recorded shows.
struct Recorded {
    SampleOutcome outcome;
    RunStatistics statistics;
};

Recorded record(const Simulation& simulation, const Sample& sample, const std::filesystem::path& path,
                RasterEncoding encoding) {
    const CompiledNetwork& network = simulation.network();
    std::vector<std::size_t> recorded;
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        const bool fits = encoding == RasterEncoding::events || !network.populations[p].has_amplitudes;
        if (network.populations[p].spikes() && fits) recorded.push_back(p);
    }
    RasterHeader header{.run = {.T = simulation.duration(), .seed = simulation.seed()},
                        .layers = raster_layers(network, recorded, simulation.duration())};
    RasterWriter writer(path, header, {.encoding = encoding});
    RasterRecorder recorder(network, recorded, simulation.duration(), writer);
    Recorded result{{}, RunStatistics(network.populations.size(), simulation.duration())};
    writer.begin_sample();
    result.outcome = simulation.run_observed(sample, *make_serial_executor(), recorder, {}, result.statistics);
    const std::int32_t prediction = result.outcome.prediction;
    writer.end_sample({sample.index, sample.label, prediction < 0 ? std::nullopt : std::optional(prediction)});
    writer.finish();
    return result;
}

/// A file with one layer "a" of a 2x1x3 population, T = 4.
RasterHeader small_header() { return {.run = {.T = 4}, .layers = {{"a", {2, 1, 3}, {1.0}, 4}}}; }

/// An input, a layer "a" of 2x1x3 behind it, and a read-out behind "a" and, if wanted, the input.
LayerGraph small_graph(bool bypasses) {
    LayerGraph graph;
    graph.populations.push_back({.name = "in", .id = 1, .shape = {2, 1, 3}, .model = DirectCurrent{}});
    graph.populations.push_back({.name = "a", .id = 2, .shape = {2, 1, 3}, .model = IntegrateAndFire{}});
    graph.populations.push_back({.name = "out", .id = 3, .shape = {6, 1, 1}, .model = ReadOut{}});
    graph.projections.push_back({.source = 0, .target = 1, .stages = {}});
    graph.projections.push_back({.source = 1, .target = 2, .stages = {}});
    if (bypasses) graph.projections.push_back({.source = 0, .target = 2, .stages = {}});
    return graph;
}

}  // namespace

TEST_CASE("replay: into the same network, a replay repeats the recorded run") {
    for (std::uint64_t seed = 0; seed < 80; ++seed) {
        CAPTURE(seed);
        const TemporaryFolder folder;
        const RandomNetwork random = seed % 2 == 0 ? random_window_network(seed) : random_network(seed);
        std::mt19937_64 more(seed);
        const Simulation simulation(random.graph, static_cast<Tick>(1 + more() % 20), seed);
        const Sample sample{static_cast<std::int64_t>(more() % 1000), 0, random.input};
        const auto encoding = seed % 3 == 0 ? RasterEncoding::bitset : RasterEncoding::events;
        const Recorded run = record(simulation, sample, folder / "r.json", encoding);

        std::vector<std::string> layers;
        for (const CompiledPopulation& population : simulation.network().populations) {
            const bool fits = encoding == RasterEncoding::events || !population.has_amplitudes;
            if (population.spikes() && fits && more() % 3 == 0) layers.push_back(population.name);
        }
        if (layers.empty()) continue;
        Player player(simulation, layers, sample);
        read_raster(folder / "r.json", player);
        REQUIRE(player.outcomes.size() == 1);
        CHECK(player.outcomes[0].prediction == run.outcome.prediction);
        CHECK(player.outcomes[0].logits == run.outcome.logits);
        for (std::size_t p = 0; p < simulation.network().populations.size(); ++p) {
            if (player.replay->live()[p] || player.replay->is_replayed(p))
                CHECK(player.statistics.layers[p].spikes == run.statistics.layers[p].spikes);
        }
    }
}

TEST_CASE("replay: times are global in the file, and local in the network") {
    const TemporaryFolder folder;
    RasterWriter writer(folder / "r.json", small_header());
    writer.begin_sample();
    writer.append(0, {{4, 6, 7}, {5, 5, 5}, {}});
    writer.end_sample({.index = 3});
    writer.finish();
    const Simulation simulation(small_graph(false), 4, 0);
    Player player(simulation, {}, {});
    read_raster(folder / "r.json", player);
    CHECK(player.outcomes[0].prediction == 5);
    CHECK(player.outcomes[0].logits == std::vector<double>{0, 0, 0, 0, 0, 0.75});
    CHECK(player.replay->live() == std::vector<bool>{false, false, true});
    CHECK_FALSE(player.replay->needs_data());
}

TEST_CASE("replay: a branch that bypasses the replayed layers needs the data") {
    const Simulation simulation(small_graph(true), 4, 0);
    const LayerReplay replay(simulation, small_header(), {}, "r.json");
    CHECK(replay.live() == std::vector<bool>{true, false, true});
    CHECK(replay.needs_data() == 2);
}

TEST_CASE("replay: a label or prediction that is none of the network's classes is refused") {
    const Simulation simulation(small_graph(false), 4, 0);
    const LayerReplay replay(simulation, small_header(), {}, "r.json");
    CHECK_NOTHROW(replay.check_classes({.index = 3}));
    CHECK_NOTHROW(replay.check_classes({.index = 3, .label = 0, .prediction = 5}));
    const std::string remedy =
        ": the network has 6 classes, from 0 to 5; replay into a network of the recorded one's classes";
    CHECK_THROWS_WITH_AS(replay.check_classes({.index = 3, .label = 999, .prediction = 5}),
                         ("r.json: sample 3: label 999" + remedy).c_str(), Error);
    CHECK_THROWS_WITH_AS(replay.check_classes({.index = 3, .label = 0, .prediction = 6}),
                         ("r.json: sample 3: prediction 6" + remedy).c_str(), Error);
}

TEST_CASE("replay: a raster that does not fit the network is refused") {
    const Simulation simulation(small_graph(false), 4, 0);
    const auto said = [&](RasterHeader header, const std::vector<std::string>& layers = {}) {
        try {
            LayerReplay(simulation, header, layers, "r.json");
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("no error");
    };
    CHECK(said(small_header()) == "no error");
    RasterHeader header = small_header();
    header.ticks = TickRange{1, 4};
    CHECK(said(header) == "r.json: ticks: [1,4], a replay needs whole windows, [0,4]; record all ticks");
    header = small_header();
    header.layers[0].shape = {3, 1, 2};
    CHECK(said(header) ==
          "r.json: layer \"a\" has shape 3x1x2, the network's population of that name 2x1x3; replay into a network of "
          "the same shapes, or choose other layers (--layers)");
    header.layers[0].name = "elsewhere";
    CHECK(said(header) == "r.json: none of its layers (elsewhere) is a population of the network that sends spikes");
    CHECK(said(header, {"elsewhere"}) ==
          "r.json: layer \"elsewhere\": the network has no such population; there are a");
    CHECK(said(header, {"a"}) == "r.json: layer \"a\" is not recorded; there are \"elsewhere\"");
    header.layers[0].name = "out";
    CHECK(said(header, {"out"}) == "r.json: layer \"out\": the network's population of that name sends no spikes");

    LayerReplay replay(simulation, small_header(), {}, "r.json");
    CHECK_THROWS_WITH_AS(replay.append(0, {{4}, {2}, {-1}}),
                         "r.json: layer \"a\": neuron 2 has a spike of amplitude -1 at tick 4; the network's "
                         "population of that name sends amplitudes of 1",
                         Error);
}
