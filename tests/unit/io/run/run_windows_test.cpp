#include "core/error.hpp"
#include "io/run/latency.hpp"
#include "io/run/layer_report.hpp"
#include "io/run/run_report.hpp"
#include "io/run/simulation.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "topology/edits.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace syncopate;

namespace {

/// An input, a layer "a" and a read-out.
LayerGraph plain_graph() {
    LayerGraph graph;
    const Shape shape = {2, 1, 1};
    graph.populations.push_back({.name = "in", .id = 1, .shape = shape, .model = DirectCurrent{}});
    graph.populations.push_back({.name = "a", .id = 2, .shape = shape, .model = IntegrateAndFire{}});
    graph.populations.push_back({.name = "out", .id = 3, .shape = shape, .model = ReadOut{}});
    for (std::int32_t p = 0; p < 2; ++p) graph.projections.push_back({.source = p, .target = p + 1, .stages = {}});
    return graph;
}

nlohmann::json report_of(const Simulation& simulation) {
    RunReport report;
    report.network = &simulation.network();
    report.has_labels = true;
    report.manifest.T = simulation.duration();
    const SampleLoader load = [](std::int64_t s) { return Sample{s, 1, {0.25, 1.0}}; };
    report.statistics = simulation.run(3, load, *make_serial_executor(), [](std::int64_t) {});
    return nlohmann::json::parse(to_json(report));
}

}  // namespace

TEST_CASE("run: without held windows every tick counts and no tick is extra") {
    const Simulation simulation(plain_graph(), 4, 0);
    const nlohmann::json json = report_of(simulation);
    CHECK(json["anytime"] == true);
    CHECK_FALSE(json.contains("note"));
    CHECK(json["by_tick"].size() == 4);
    CHECK(json["latency"] == nlohmann::json{{"T", 4}, {"extra_ticks", 0}, {"total_ticks", 4}});
    CHECK(json["layers"][0]["window_offset"] == 0);
    CHECK(json["layers"][0]["silent_neurons"] == 0.0);
    CHECK(json["layers"][0]["saturated_neurons"] == 0.5);
}

TEST_CASE("run: behind held windows only the last tick counts, and the windows before are extra") {
    LayerGraph graph = plain_graph();
    replace_neurons(graph, 1, parse_neuron_choice("accumulate"));
    insert_relay(graph, 1, parse_rearrangement("reverse"));
    const Simulation simulation(graph, 4, 0);
    const nlohmann::json json = report_of(simulation);
    CHECK(json["anytime"] == false);
    CHECK(json["note"] == whole_window_note);
    REQUIRE(json["by_tick"].size() == 1);
    CHECK(json["by_tick"][0]["t"] == 4);
    CHECK(json["by_tick"][0]["snn_accuracy"]["count"] == 3);
    CHECK(json["latency"] == nlohmann::json{{"T", 4}, {"extra_ticks", 8}, {"total_ticks", 12}});
    CHECK(to_text(latency_of(simulation.network(), 4)) ==
          "Latency: 12 ticks (T 4, 8 extra steps before the read-out's window)\n");
    CHECK(json["layers"][0]["name"] == "a");
    CHECK(json["layers"][0]["window_offset"] == 4);
    CHECK(json["layers"][1]["name"] == "a~reverse");
    CHECK(json["layers"][1]["window_offset"] == 8);
    for (const auto& layer : json["layers"]) {
        CHECK(layer["spikes_per_sample"] == 5.0);
        CHECK(layer["silent_neurons"] == 0.0);
        CHECK(layer["saturated_neurons"] == 0.5);
    }
}

TEST_CASE("run: a relay that orders another number of ticks than T is refused before anything runs") {
    LayerGraph graph = plain_graph();
    insert_relay(graph, 1, parse_rearrangement("order:2-0-1"));
    CHECK_NOTHROW(Simulation(graph, 3, 0));
    CHECK_THROWS_WITH_AS(
        Simulation(graph, 4, 0),
        "relay \"a~order:2-0-1\" orders 3 ticks, but the window has T = 4; give an order of all 4 ticks", UsageError);
}

TEST_CASE("run: a long window is judged at the ticks that are kept, and at those that somebody asks for") {
    Simulation simulation(plain_graph(), 5000, 0);
    const nlohmann::json kept = report_of(simulation);
    REQUIRE(kept["by_tick"].size() == 4097);
    CHECK(kept["by_tick"][4095]["t"] == 4096);
    CHECK(kept["by_tick"][4096]["t"] == 5000);
    std::int64_t told = 0;
    simulation.set_listener({.judged_ticks = {10, 5000}, .ticked = [&](std::int64_t ticks) { told += ticks; }});
    const nlohmann::json asked = report_of(simulation);
    REQUIRE(asked["by_tick"].size() == 2);
    CHECK(asked["by_tick"][0] == kept["by_tick"][9]);
    CHECK(asked["by_tick"][1] == kept["by_tick"][4096]);
    CHECK(told == 3 * 5000);
}

TEST_CASE("run: a table says which ticks it has, and shows all of a few that were asked for") {
    Simulation simulation(plain_graph(), 20000, 0);
    RunReport report;
    report.statistics = simulation.no_statistics();
    report.network = &simulation.network();
    report.has_labels = true;
    report.manifest.T = 20000;
    const std::string kept = to_text(report);
    for (const char* row :
         {"\n      1 ", "\n   4096 ", "\n   5000 ", "\n  10000 ", "\n  20000 ", "(judged after every tick up to 4096"})
        CHECK(kept.find(row) != std::string::npos);
    CHECK(kept.find("\n      3 ") == std::string::npos);
    simulation.set_listener({.judged_ticks = {3, 4500, 20000}});
    report.statistics = simulation.no_statistics();
    report.has_asked_ticks = true;
    const std::string asked = to_text(report);
    for (const char* row : {"\n      3 ", "\n   4500 ", "\n  20000 "}) CHECK(asked.find(row) != std::string::npos);
    CHECK(asked.find("(judged") == std::string::npos);
}
