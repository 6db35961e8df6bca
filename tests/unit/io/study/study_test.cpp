#include "io/study/study.hpp"

#include "core/error.hpp"
#include "io/run/simulation.hpp"
#include "io/study/study_csv.hpp"
#include "io/study/study_json.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/two_phase.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/io/study/study_fixture.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <map>
#include <utility>

using namespace syncopate;

namespace {

const std::string many_arms =
    "permute,permute:shared,permute:channel,reverse,earliest,latest,even,rotate:2,jitter:1,"
    "drop:0.2,insert:0.1,identity,tpp,tpp:0.5,memoryless,accumulate,if:0";

const StudyCell& cell_of(const StudyResult& result, const std::string& arm, Tick T) {
    for (const StudyCell& cell : result.cells) {
        if (result.arms[cell.arm].name == arm && cell.T == T) return cell;
    }
    FAIL("no such cell");
    return result.cells.front();
}

/// A layer behind layer 1 that sends to nobody.
void add_unread_layer(LayerGraph& graph) {
    graph.populations.push_back(
        {.name = "unread", .id = population_id("unread"), .shape = {6, 1, 1}, .model = IntegrateAndFire{}});
    graph.projections.push_back({1, 5, 0, {}});
}

/// Compares a study with runs of each arm's own network, without any sharing.
void check_against_runs_alone(const StudyDesign& design, const std::filesystem::path& checkpoint) {
    const auto serial = make_serial_executor();
    const StudyResult result = run_chain_study(design, *serial, checkpoint);
    REQUIRE(result.samples == design.samples);
    const std::vector<PopulationIndex> layers = firing_layers(design.graph);
    for (const StudyCell& cell : result.cells) {
        const ArmEdit& arm = design.arms[cell.arm];
        CAPTURE(arm.name);
        CAPTURE(cell.T);
        std::vector<std::int64_t> spikes(layers.size(), 0);
        std::int64_t operations = 0, own_operations = 0;
        for (const SeedOutcome& seed : cell.seeds) {
            const LayerGraph graph = edited(design.graph, arm);
            const Simulation simulation(graph, cell.T, seed.seed);
            const auto alone = simulation.run(design.samples, chain_sample, *serial, [](std::int64_t) {});
            CHECK(seed.correct == alone.snn_correct.back());
            CHECK(seed.agreement == alone.agreement.back());
            operations += alone.synaptic_operations;
            // Spikes that a layer passes on: of the arm's relay if it has one, which stand behind all others.
            for (std::size_t layer = 0; layer < layers.size(); ++layer) {
                const auto edit = std::ranges::find(arm.populations, layers[layer]);
                const bool has_relay =
                    std::holds_alternative<Rearrangement>(arm.change) && edit != arm.populations.end();
                const auto sender = has_relay ? design.graph.populations.size() +
                                                    static_cast<std::size_t>(edit - arm.populations.begin())
                                              : static_cast<std::size_t>(layers[layer]);
                spikes[layer] += alone.layers[sender].spikes;
            }
            own_operations += seed.synaptic_operations;
        }
        for (std::size_t layer = 0; layer < layers.size(); ++layer) {
            CHECK(cell.layers[layer].spikes == spikes[layer]);
            operations -= cell.layers[layer].synaptic_operations;
            own_operations -= cell.layers[layer].synaptic_operations;
        }
        CHECK(operations == 0);
        CHECK(own_operations == 0);
    }
}

}  // namespace

TEST_CASE("sharing what arms have in common changes no prediction and no count") {
    const TemporaryFolder folder;
    StudyDesign design = chain_study(many_arms, 12);
    design.T = {2, 5, 40};  // more than one chunk
    check_against_runs_alone(design, folder / "checkpoint");
}

TEST_CASE("layers that nobody reads are counted in every arm and at every T") {
    const TemporaryFolder folder;
    StudyDesign design = chain_study("permute,tpp", 6);
    add_unread_layer(design.graph);
    design.arms = parse_arms({"permute,tpp", "layer2", design.T}, design.graph);
    check_against_runs_alone(design, folder / "c");
    const auto serial = make_serial_executor();
    const StudyResult result = run_chain_study(design, *serial, folder / "c");
    for (const StudyCell& cell : result.cells) CHECK(cell.layers[3].spikes > 0);
}

TEST_CASE("an arm whose edits are some of another's has its own costs") {
    const TemporaryFolder folder;
    StudyDesign design = chain_study("reverse", 6);
    // Both have the same spikes in layer 2, but only in the first does a relay stand between them and their targets.
    design.arms = parse_arms({"reverse", "layer1,layer2", design.T}, design.graph);
    design.arms.push_back(parse_arms({"reverse", "layer1", design.T}, design.graph)[1]);
    check_against_runs_alone(design, folder / "c");
}

TEST_CASE("a network that draws random numbers itself is compared seed by seed") {
    const TemporaryFolder folder;
    StudyDesign design = chain_study("reverse,accumulate", 20);
    for (Population& population : design.graph.populations) {
        if ((population.model.as<IntegrateAndFire>() != nullptr)) population.model = TwoPhase{};
    }
    design.arms = parse_arms({"reverse,accumulate", "all", design.T}, design.graph);
    check_against_runs_alone(design, folder / "c");
    const auto serial = make_serial_executor();
    const StudyResult result = run_chain_study(design, *serial, folder / "c");
    for (const std::string arm : {"reverse", "accumulate"}) {
        CAPTURE(arm);
        const StudyCell& baseline = cell_of(result, "baseline", 5);
        const StudyCell& cell = cell_of(result, arm, 5);
        REQUIRE(baseline.seeds.size() == 2);
        REQUIRE(cell.seeds.size() == (arm == "reverse" ? 2 : 1));  // accumulate-and-fire leaves no chance
        REQUIRE(cell.comparison->seeds.size() == 2);
        for (std::size_t s = 0; s < 2; ++s) {
            const StudyComparison::Seed& pair = cell.comparison->seeds[s];
            CHECK(pair.seed == baseline.seeds[s].seed);
            CHECK(pair.only_arm - pair.only_baseline ==
                  cell.seeds[cell.seeds.size() == 1 ? 0 : s].correct - baseline.seeds[s].correct);
        }
    }
}

TEST_CASE("an interval of accuracies stays within what a share can be") {
    const TemporaryFolder folder;
    const auto serial = make_serial_executor();
    int beyond = 0;
    for (const StudyCell& cell : run_chain_study(chain_study("permute,tpp", 6), *serial, folder / "c").cells) {
        if (!cell.interval) continue;
        CHECK(cell.interval->low >= 0.0);
        CHECK(cell.interval->high <= 1.0);
        if (cell.seeds[0].correct != cell.seeds[1].correct) ++beyond;  // with two seeds, 12.7 standard errors
    }
    CHECK(beyond > 0);
}

TEST_CASE("relays that the network has are no fault of the arms") {
    const TemporaryFolder folder;
    StudyDesign design = chain_study("permute", 6);
    insert_relay(design.graph, 1, parse_rearrangement("drop:0.3"));
    design.arms = parse_arms({"permute", "all", design.T}, design.graph);
    const auto serial = make_serial_executor();
    const StudyResult result = run_chain_study(design, *serial, folder / "c");
    for (const StudyControl& control : result.controls) {
        CAPTURE(control.what);
        CHECK(control.outcome ==
              (control.name == "sum-only targets" ? ControlOutcome::impossible : ControlOutcome::passed));
    }
}

TEST_CASE("what compiling the networks warns of is among the warnings, once") {
    const TemporaryFolder folder;
    StudyDesign design = chain_study("permute,reverse", 4);
    for (float& weight : design.graph.tensors[1].values) weight *= 200.0f;
    const auto serial = make_serial_executor();
    const StudyResult result = run_chain_study(design, *serial, folder / "c");
    REQUIRE(result.warnings.size() == 1);
    CHECK(result.warnings[0].find("fraction bits instead of 24") != std::string::npos);
}

TEST_CASE("a study gives the same bytes for any number of threads") {
    const TemporaryFolder folder;
    const StudyDesign design = chain_study("permute,tpp,even", 20);
    const auto serial = make_serial_executor();
    const std::string expected = study_json(run_chain_study(design, *serial, folder / "serial"));
    for (const int threads : {2, 3}) {
        const auto executor = make_thread_executor(threads);
        CHECK(study_json(run_chain_study(design, *executor, folder / ("c" + std::to_string(threads)))) == expected);
    }
}

TEST_CASE("a study that was stopped goes on where it was, and ends with the same bytes") {
    const TemporaryFolder folder;
    const StudyDesign design = chain_study("permute,tpp,reverse", 23);
    const auto serial = make_serial_executor();
    const std::string expected = study_json(run_chain_study(design, *serial, folder / "whole"));

    // A machine that dies after its first round of four samples (two more are loaded for the controls before).
    int loaded = 0;
    const SampleLoader dying = [&](std::int64_t position) {
        if (++loaded > 2 + 4) throw Error("power failure");
        return chain_sample(position);
    };
    CHECK_THROWS_AS(run_chain_study(design, *serial, folder / "stopped", dying), Error);
    std::vector<int> runs(23, 0);
    const SampleLoader counting = [&](std::int64_t position) {
        ++runs[static_cast<std::size_t>(position)];
        return chain_sample(position);
    };
    CHECK(study_json(run_chain_study(design, *serial, folder / "stopped", counting)) == expected);
    // Controls load samples 0 and 1, the close look 0 to 4; of the rest, what was done is not done again.
    CHECK(runs == std::vector<int>{2, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
    // Again: nothing is left to run but the controls and the close look.
    std::ranges::fill(runs, 0);
    CHECK(study_json(run_chain_study(design, *serial, folder / "stopped", counting)) == expected);
    for (std::size_t s = 5; s < runs.size(); ++s) CHECK(runs[s] == 0);
}

TEST_CASE("whatever decides the figures of a study decides whose checkpoint it is") {
    const TemporaryFolder folder;
    const auto serial = make_serial_executor();
    run_chain_study(chain_study("permute", 8), *serial, folder / "c");
    const std::vector<std::function<void(StudyDesign&)>> changes = {
        [](StudyDesign& d) { d.labels[3] = (d.labels[3] + 1) % 6; },
        [](StudyDesign& d) { d.T.pop_back(); },
        [](StudyDesign& d) { d.T.back() = 9; },
        [](StudyDesign& d) { d.seeds.back() = 5; },
        [](StudyDesign& d) { d.split = "train"; },
        [](StudyDesign& d) { d.build = "another"; },
        [](StudyDesign& d) { d.manifest.version = "0.0.9"; },
        [](StudyDesign& d) { d.manifest.network_hash.back() = '1'; },
        [](StudyDesign& d) { d.manifest.data_hash.back() = '1'; },
        [](StudyDesign& d) { d.manifest.input_range = "0:1"; },
        [](StudyDesign& d) { d.manifest.samples = "0:8"; },
        [](StudyDesign& d) { d.graph.populations[1].fraction_bits = 16; },
    };
    for (std::size_t k = 0; k < changes.size(); ++k) {
        CAPTURE(k);
        StudyDesign design = chain_study("permute", 8);
        changes[k](design);
        CHECK_THROWS_WITH_AS(run_chain_study(design, *serial, folder / "c"),
                             doctest::Contains("belongs to another study"), Error);
    }
}

TEST_CASE("a checkpoint of another study, or a damaged one, is refused and left alone") {
    const TemporaryFolder folder;
    const auto serial = make_serial_executor();
    run_chain_study(chain_study("permute", 8), *serial, folder / "c");
    CHECK_THROWS_WITH_AS(run_chain_study(chain_study("reverse", 8), *serial, folder / "c"),
                         doctest::Contains("belongs to another study"), Error);
    std::fstream file(folder / "c", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(120);
    file.put('\x55');
    file.close();
    CHECK_THROWS_WITH_AS(run_chain_study(chain_study("permute", 8), *serial, folder / "c"),
                         doctest::Contains("damaged; give --restart"), Error);
    folder.write("d", "no checkpoint");
    CHECK_THROWS_WITH_AS(run_chain_study(chain_study("permute", 8), *serial, folder / "d"),
                         doctest::Contains("is no checkpoint"), Error);
}

TEST_CASE("a study is refused at a T that a bias for every tick was not made for, by arm and population") {
    const TemporaryFolder folder;
    const auto serial = make_serial_executor();
    StudyDesign design = chain_study("permute", 4);
    const Tick longest = *std::ranges::max_element(design.T);
    const auto values = static_cast<std::size_t>(longest * design.graph.populations[1].shape.channels);
    design.graph.populations[1].tick_bias = TickBias{longest, true, std::vector<double>(values, 0.1)};
    design.T = {longest};
    CHECK_NOTHROW(run_chain_study(design, *serial, folder / "c"));
    design.T = {longest - 1};
    CHECK_THROWS_WITH_AS(run_chain_study(design, *serial, folder / "d"),
                         doctest::Contains("--arms permute: population \"layer1\": its bias for every tick was made"),
                         UsageError);
    design.T = {longest + 1};
    CHECK_THROWS_WITH_AS(run_chain_study(design, *serial, folder / "d"),
                         doctest::Contains("population \"layer1\": its bias for every tick was made"), UsageError);
}

TEST_CASE("controls hold for networks with delays and with populations that nobody reads") {
    const TemporaryFolder folder;
    StudyDesign design = chain_study("permute,tpp", 6);
    design.graph.projections[1].delay = 1;
    add_unread_layer(design.graph);
    design.arms = parse_arms({"permute,tpp", "all", design.T}, design.graph);
    const auto serial = make_serial_executor();
    const StudyResult result = run_chain_study(design, *serial, folder / "c");
    for (const StudyControl& control : result.controls) {
        CAPTURE(control.what);
        CHECK(control.outcome == ControlOutcome::passed);
    }
    CHECK(cell_of(result, "baseline", 8).layers[3].spikes > 0);
}

TEST_CASE("the controls pass, and the identity arm equals the baseline in every figure") {
    const TemporaryFolder folder;
    const auto serial = make_serial_executor();
    const StudyResult result = run_chain_study(chain_study("identity,permute,tpp", 16), *serial, folder / "c");
    CHECK(result.controls.size() >= 5);
    for (const StudyControl& control : result.controls) {
        CAPTURE(control.name);
        CHECK(control.outcome == ControlOutcome::passed);
    }
    for (const Tick T : result.T) {
        const StudyCell& identity = cell_of(result, "identity", T);
        const StudyCell& baseline = cell_of(result, "baseline", T);
        CHECK(identity.seeds[0].correct == baseline.seeds[0].correct);
        CHECK(identity.comparison->difference == 0.0);
        CHECK(identity.comparison->verdict == Verdict::identical);
        for (std::size_t layer = 0; layer < 3; ++layer) {
            CHECK(identity.layers[layer].spikes == baseline.layers[layer].spikes);
            CHECK(identity.layers[layer].synaptic_operations == baseline.layers[layer].synaptic_operations);
            CHECK(identity.details[layer].first_spike == baseline.details[layer].first_spike);
        }
    }
}

TEST_CASE("arms without chance run once, arms with chance once for each seed, and latency counts held windows") {
    const TemporaryFolder folder;
    const auto serial = make_serial_executor();
    const StudyResult result = run_chain_study(chain_study("reverse,tpp", 4), *serial, folder / "c");
    CHECK(cell_of(result, "baseline", 5).seeds.size() == 1);
    CHECK(cell_of(result, "reverse", 5).seeds.size() == 1);
    CHECK(cell_of(result, "tpp", 5).seeds.size() == 2);
    CHECK(cell_of(result, "baseline", 5).extra_ticks == 0);
    CHECK(cell_of(result, "tpp", 5).extra_ticks == 3 * 5);
}

TEST_CASE("T6: accumulate-and-fire agrees with the quantised ANN on every sample") {
    const TemporaryFolder folder;
    StudyDesign design = chain_study("accumulate", 40);
    design.T = {8};
    design.arms = parse_arms({"accumulate", "all", design.T}, design.graph);
    for (Population& population : design.graph.populations) {
        if ((population.model.as<IntegrateAndFire>() != nullptr))
            population.activation = AnnStep{.threshold = {1.0}, .levels = 8, .shift = 0.5};
    }
    const auto serial = make_serial_executor();
    const StudyResult result = run_chain_study(design, *serial, folder / "c");
    CHECK(cell_of(result, "accumulate", 8).seeds[0].agreement == 40);
    CHECK(cell_of(result, "baseline", 8).seeds[0].agreement < 40);
    // And its layers have no offset spike.
    for (const LayerDetail& layer : cell_of(result, "accumulate", 8).details) {
        CHECK(layer.offset[8] == layer.neurons);
        CHECK(layer.unevenness.mean_magnitude == 0.0);
        CHECK(layer.false_spiking == 0);
    }
}

TEST_CASE("a study of long windows tells its progress in ticks, all of them, and another in samples") {
    const auto serial = make_serial_executor();
    for (const Tick T : {8, 5000}) {
        CAPTURE(T);
        const TemporaryFolder folder;
        StudyDesign design = chain_study("reverse", 2);
        design.T = {2, T};
        design.detail_samples = 0;
        design.arms = parse_arms({"reverse", "all", design.T}, design.graph);
        std::map<std::string, std::pair<std::int64_t, std::int64_t>> told;  // total and done
        run_study(design, {.load = chain_sample,
                           .executor = *serial,
                           .checkpoint = folder / "c",
                           .progress = [&](const std::string& what, std::int64_t total, std::int64_t done) {
                               told[what].first = total;
                               told[what].second += done;
                           }});
        const auto [total, done] = told[T > 4096 ? "ticks of 2 samples" : "samples"];
        CHECK(total == (T > 4096 ? 2 * 2 * (2 + 5000) : 2));
        CHECK(done == total);
    }
}
