#include "io/run/probe_windows.hpp"

#include "io/plot/picture_file.hpp"
#include "io/plot/probe_figure.hpp"
#include "io/run/simulation.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "neurons/models/two_phase.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

namespace {

/// An input, a two-phase layer "a" and a layer "b" behind it that fires tick by tick, and a read-out.
LayerGraph two_phase_graph() {
    LayerGraph graph;
    const Shape shape = {2, 1, 1};
    graph.populations.push_back({.name = "in", .id = 1, .shape = shape, .model = DirectCurrent{}});
    graph.populations.push_back(
        {.name = "a", .id = 2, .shape = shape, .model = TwoPhase{{1.0, 2.0}, 0.0, TwoPhaseRule::deterministic}});
    graph.populations.push_back({.name = "b", .id = 3, .shape = shape, .model = IntegrateAndFire{}});
    graph.populations.push_back({.name = "out", .id = 4, .shape = shape, .model = ReadOut{}});
    for (std::int32_t p = 0; p < 3; ++p) graph.projections.push_back({.source = p, .target = p + 1, .stages = {}});
    return graph;
}

}  // namespace

TEST_CASE("probes: a two-phase neuron has two windows, and every window begins at its global tick") {
    const Simulation simulation(two_phase_graph(), 4, 0);
    std::vector<PopulationProbe> probes = {{1, {{1, {}, {}, {}, {}}}}, {2, {{0, {}, {}, {}, {}}}}};
    RunStatistics statistics(4, 4);
    Observer nobody;
    simulation.run_observed({7, 0, {0.25, 1.0}}, *make_serial_executor(), nobody, probes, statistics);
    ProbeRecord record{.run = {.T = 4}};
    for (const PopulationProbe& probe : probes)
        append_probes(record, 7, simulation.network().populations[probe.population], probe);

    REQUIRE(record.probes.size() == 3);
    CHECK(record.probes[0].layer == "a");
    CHECK(record.probes[0].v_threshold == 2.0);
    CHECK(record.probes[0].offset == 0);
    CHECK(record.probes[0].trace.potential == std::vector<double>{0.5, 1.0, 1.5, 2.0});  // in thresholds
    CHECK(record.probes[0].trace.spikes == std::vector<std::int32_t>{0, 0, 0, 0});
    CHECK(record.probes[1].layer == "a");
    CHECK(record.probes[1].offset == 4);
    CHECK(record.probes[1].trace.potential == std::vector<double>{1.0, 0.0, 0.0, 0.0});
    CHECK(record.probes[1].trace.spikes == std::vector<std::int32_t>{1, 1, 0, 0});
    CHECK(record.probes[2].layer == "b");
    CHECK(record.probes[2].offset == 4);
    CHECK(record.probes[2].trace.current == std::vector<double>{1.0, 0.0, 0.0, 0.0});

    const TemporaryFolder folder;
    write_probes(record, folder / "p.json");
    const ProbeRecord read = read_probes(folder / "p.json");
    REQUIRE(read.probes.size() == 3);
    CHECK(read.probes[1].offset == 4);
    CHECK(read.probes[1].trace.spikes == record.probes[1].trace.spikes);
    write_picture(probe_figure(read, "p.json"), folder / "p.svg");
    CHECK(folder.read("p.svg").size() > 1000);
}
