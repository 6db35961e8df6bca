#include "io/cli/edit_effects.hpp"

#include "core/error.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

namespace {

/// What is said of edits when the layers of an input, "a", "b", "c" and a read-out in a chain are replayed.
std::string said(const GraphOptions& options, const std::vector<std::string>& replayed) {
    LayerGraph graph;
    const Shape shape = {2, 1, 1};
    graph.populations.push_back({.name = "in", .id = 1, .shape = shape, .model = DirectCurrent{}});
    graph.populations.push_back({.name = "a", .id = 2, .shape = shape, .model = IntegrateAndFire{}});
    graph.populations.push_back({.name = "b", .id = 3, .shape = shape, .model = IntegrateAndFire{}});
    graph.populations.push_back({.name = "c", .id = 4, .shape = shape, .model = IntegrateAndFire{}});
    graph.populations.push_back({.name = "out", .id = 5, .shape = shape, .model = ReadOut{}});
    for (std::int32_t p = 0; p < 4; ++p) graph.projections.push_back({.source = p, .target = p + 1, .stages = {}});
    edit_graph(graph, options);
    const Simulation simulation(graph, 4, 0);
    RasterHeader header{.run = {.T = 4}};
    for (const std::string& name : replayed) header.layers.push_back({name, shape});
    const LayerReplay replay(simulation, header, {}, "r.json");
    try {
        require_effects(graph, options, replay);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "no error";
}

std::string of_neurons(const std::vector<std::string>& neurons, const std::vector<std::string>& replayed) {
    return said({.neurons = neurons, .relays = {}, .fraction_bits = {}}, replayed);
}

std::string of_relays(const std::vector<std::string>& relays, const std::vector<std::string>& replayed) {
    return said({.neurons = {}, .relays = relays, .fraction_bits = {}}, replayed);
}

}  // namespace

TEST_CASE("edit effects: neurons that nobody simulates are not replaced in silence") {
    CHECK(of_neurons({"c=tpp"}, {"b"}) == "no error");
    CHECK(of_neurons({"tpp"}, {"b"}) == "no error");
    CHECK(of_neurons({"b=tpp"}, {"b"}) == "--neuron b=tpp has no effect: b is replayed; leave it out of --layers");
    CHECK(of_neurons({"c=tpp", "a=tpp"}, {"b"}) ==
          "--neuron a=tpp has no effect: a is not simulated, because nothing that is simulated needs it; leave the "
          "option out");
    CHECK(of_neurons({"all=tpp"}, {"a", "b", "c"}) ==
          "--neuron all=tpp has no effect: no layer that fires is simulated; leave it out");
    CHECK(of_neurons({"tpp", "c=if"}, {"b"}) ==
          "--neuron tpp has no effect: no layer that fires is simulated; leave it out");
}

TEST_CASE("edit effects: a relay needs somebody who takes its spikes, its own population may be replayed") {
    CHECK(of_relays({"b=reverse"}, {"b"}) == "no error");
    CHECK(of_relays({"all=reverse"}, {"a"}) == "no error");
    CHECK(of_relays({"c=drop:1"}, {"a", "b", "c"}) == "no error");
    CHECK(of_relays({"a=drop:1"}, {"a", "b"}) ==
          "--relay a=drop:1 has no effect: nothing that is simulated takes the spikes of a; leave the option out, or "
          "the layers behind out of --layers");
    CHECK(of_relays({"all=reverse", "c=latest"}, {"b"}) ==
          "--relay all=reverse has no effect on a: nothing that is simulated takes the spikes of a; name only b, each "
          "by POPULATION=RULE");
}
