#include "io/study/study.hpp"

#include "core/error.hpp"
#include "io/run/simulation.hpp"
#include "io/study/study_csv.hpp"
#include "io/study/study_json.hpp"
#include "io/study/study_tally.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/io/study/study_fixture.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <fstream>

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

}  // namespace

TEST_CASE("sharing what arms have in common changes no prediction and no count") {
    const TemporaryFolder folder;
    StudyDesign design = chain_study(many_arms, 12);
    design.T = {2, 5, 40};  // more than one chunk
    const auto serial = make_serial_executor();
    const StudyResult result = run_chain_study(design, *serial, folder / "checkpoint");
    REQUIRE(result.samples == 12);
    for (const StudyCell& cell : result.cells) {
        const ArmEdit& arm = design.arms[cell.arm];
        CAPTURE(arm.name);
        CAPTURE(cell.T);
        std::array<std::int64_t, 3> spikes{};
        std::int64_t operations = 0;
        for (const SeedOutcome& seed : cell.seeds) {
            // The arm's own network, without any sharing.
            const Simulation simulation(edited(design.graph, arm), cell.T, seed.seed);
            const auto alone = simulation.run(design.samples, chain_sample, *serial, [](std::int64_t) {});
            CHECK(seed.correct == alone.snn_correct.back());
            CHECK(seed.agreement == alone.agreement.back());
            operations += alone.synaptic_operations;
            // Spikes that a layer passes on: of its relay if there is one; relays stand behind the read-out.
            const bool has_relay = std::holds_alternative<Rearrangement>(arm.change);
            for (std::size_t layer = 0; layer < 3; ++layer)
                spikes[layer] += alone.layers[has_relay ? 5 + layer : 1 + layer].spikes;
        }
        for (std::size_t layer = 0; layer < 3; ++layer) {
            CHECK(cell.layers[layer].spikes == spikes[layer]);
            operations -= cell.layers[layer].synaptic_operations;
        }
        CHECK(operations == 0);
    }
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

    // A machine that dies at the 11th sample: rounds before it are in the checkpoint.
    StudyDesign part = design;
    std::atomic<int> loaded = 0;
    const SampleLoader dying = [&](std::int64_t position) {
        if (++loaded > 2 + 11) throw Error("power failure");
        return chain_sample(position);
    };
    CHECK_THROWS_AS(run_chain_study(part, *serial, folder / "stopped", dying), Error);
    std::vector<int> runs(23, 0);
    const SampleLoader counting = [&](std::int64_t position) {
        ++runs[static_cast<std::size_t>(position)];
        return chain_sample(position);
    };
    CHECK(study_json(run_chain_study(design, *serial, folder / "stopped", counting)) == expected);
    // Again: nothing is left to run but the controls and the close look.
    std::ranges::fill(runs, 0);
    CHECK(study_json(run_chain_study(design, *serial, folder / "stopped", counting)) == expected);
    for (std::size_t s = 5; s < runs.size(); ++s) CHECK(runs[s] == 0);
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

TEST_CASE("controls hold for networks with delays and with populations that nobody reads") {
    const TemporaryFolder folder;
    StudyDesign design = chain_study("permute,tpp", 6);
    design.graph.projections[1].delay = 1;
    design.graph.populations.push_back(
        {.name = "unread", .id = population_id("unread"), .shape = {6, 1, 1}, .model = IntegrateAndFire{}});
    design.graph.projections.push_back({1, 5, 0, {}});
    design.arms = parse_arms({"permute,tpp", "all", design.T}, design.graph);
    const auto serial = make_serial_executor();
    const StudyResult result = run_chain_study(design, *serial, folder / "c");
    for (const StudyControl& control : result.controls) {
        CAPTURE(control.what);
        CHECK(control.passed);
    }
    CHECK(cell_of(result, "baseline", 8).layers[3].spikes > 0);
}

TEST_CASE("labels that differ make another study") {
    const TemporaryFolder folder;
    const auto serial = make_serial_executor();
    StudyDesign design = chain_study("permute", 8);
    run_chain_study(design, *serial, folder / "c");
    design.labels[3] = (design.labels[3] + 1) % 6;
    CHECK_THROWS_WITH_AS(run_chain_study(design, *serial, folder / "c"), doctest::Contains("belongs to another study"),
                         Error);
}

TEST_CASE("the controls pass, and the identity arm equals the baseline in every figure") {
    const TemporaryFolder folder;
    const auto serial = make_serial_executor();
    const StudyResult result = run_chain_study(chain_study("identity,permute,tpp", 16), *serial, folder / "c");
    CHECK(result.controls.size() >= 5);
    for (const StudyControl& control : result.controls) {
        CAPTURE(control.name);
        CHECK(control.passed);
    }
    for (const Tick T : result.T) {
        const StudyCell& identity = cell_of(result, "identity", T);
        const StudyCell& baseline = cell_of(result, "baseline", T);
        CHECK(identity.seeds[0].correct == baseline.seeds[0].correct);
        CHECK(identity.comparison->difference == 0.0);
        CHECK(identity.comparison->verdict == "no evidence");
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
        if (std::holds_alternative<IntegrateAndFire>(population.model))
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
