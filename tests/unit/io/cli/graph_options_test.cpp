#include "io/cli/graph_options.hpp"

#include "core/error.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "neurons/models/two_phase.hpp"
#include "topology/edits.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

namespace {

/// An input, the layers "a", "b=c" and "loop", which excites itself, and a read-out.
LayerGraph looped_graph() {
    LayerGraph graph;
    const Shape shape = {2, 1, 1};
    graph.populations.push_back({.name = "in", .id = 1, .shape = shape, .model = DirectCurrent{}});
    graph.populations.push_back({.name = "a", .id = 2, .shape = shape, .model = IntegrateAndFire{{3.0}}});
    graph.populations.push_back({.name = "b=c", .id = 3, .shape = shape, .model = IntegrateAndFire{{2.0}}});
    graph.populations.push_back({.name = "loop", .id = 4, .shape = shape, .model = IntegrateAndFire{}});
    graph.populations.push_back({.name = "out", .id = 5, .shape = shape, .model = ReadOut{}});
    for (std::int32_t p = 0; p < 4; ++p) graph.projections.push_back({.source = p, .target = p + 1, .stages = {}});
    graph.projections.push_back({.source = 3, .target = 3, .delay = 2, .stages = {}});
    return graph;
}

std::string said(const GraphOptions& options) {
    LayerGraph graph = looped_graph();
    try {
        edit_graph(graph, options);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("graph options: what is said of one population counts for it, whatever is said of all") {
    LayerGraph graph = looped_graph();
    edit_graph(graph, {.neurons = {"loop=if:0", "tpp", "b=c=memoryless:0.25"}, .relays = {}, .fraction_bits = 12});
    CHECK(graph.populations[1].model.as<TwoPhase>()->rule == TwoPhaseRule::stochastic);
    CHECK(graph.populations[1].model.as<TwoPhase>()->v_threshold == std::vector<double>{3.0});
    CHECK(graph.populations[2].model.as<TwoPhase>()->rule == TwoPhaseRule::memoryless);
    CHECK(graph.populations[2].model.as<TwoPhase>()->v_init == 0.25);
    CHECK(graph.populations[3].model.as<IntegrateAndFire>()->v_init == 0.0);
    for (const Population& population : graph.populations) CHECK(population.fraction_bits == 12);
}

TEST_CASE("graph options: relays stand behind their populations") {
    LayerGraph graph = looped_graph();
    edit_graph(graph, {.neurons = {}, .relays = {"a=reverse", "b=c=rotate:-2"}, .fraction_bits = {}});
    REQUIRE(graph.populations.size() == 7);
    CHECK(graph.populations[5].name == "a~reverse");
    CHECK(graph.populations[6].name == "b=c~rotate:-2");
    CHECK_NOTHROW(validate(graph));
}

TEST_CASE("graph options: an order of another number of ticks than T is refused where T comes from") {
    const GraphOptions options = {.neurons = {}, .relays = {"b=c=order:2-0-1", "a=reverse"}, .fraction_bits = {}};
    CHECK_NOTHROW(require_orders_of(options, 3, "-T"));
    CHECK_THROWS_WITH_AS(require_orders_of(options, 4, "T of r.json"),
                         "--relay b=c=order:2-0-1: the order has 3 ticks, but T of r.json is 4; give an order of all 4 "
                         "ticks",
                         UsageError);
}

TEST_CASE("graph options: what cannot be is refused with the valid choices") {
    CHECK(said({.neurons = {"tp"}, .relays = {}, .fraction_bits = {}}) ==
          "--neuron: neuron model \"tp\": no such model; there are " + neuron_choice_help());
    CHECK(said({.neurons = {"aa=tpp"}, .relays = {}, .fraction_bits = {}}) ==
          "--neuron: no population is called \"aa\"; there are a, in, b=c, out, loop");
    CHECK(said({.neurons = {"a=tpp", "a=if"}, .relays = {}, .fraction_bits = {}}) ==
          "--neuron: a=if: this population has a choice already; give one");
    CHECK(said({.neurons = {"if", "if"}, .relays = {}, .fraction_bits = {}}) ==
          "--neuron: if: all layers have a choice already; give one");
    CHECK(said({.neurons = {"out=tpp"}, .relays = {}, .fraction_bits = {}}) ==
          "--neuron: population \"out\" has no neurons that fire, so their model cannot be replaced; there are a, b=c, "
          "loop");
    CHECK(said({.neurons = {}, .relays = {"in=reverse"}, .fraction_bits = {}}) ==
          "--relay: population \"in\" sends no spikes that could be rearranged; there are a, b=c, loop");
    CHECK(said({.neurons = {}, .relays = {"a=mix"}, .fraction_bits = {}}) ==
          "--relay: rearrangement \"mix\": no such rule; there are " + rearrangement_help());
    CHECK(said({.neurons = {}, .relays = {"reverse"}, .fraction_bits = {}}) ==
          "--relay: reverse: expected POPULATION=RULE or all=RULE, as in conv1=permute; there are " +
              rearrangement_help());
    CHECK(said({.neurons = {"tpp"}, .relays = {}, .fraction_bits = {}}) ==
          "--neuron: population \"loop\" holds a whole window of spikes before it sends the first, so it cannot be "
          "part of a cycle; choose another population, or neurons that fire tick by tick");
    CHECK(said({.neurons = {}, .relays = {"all=reverse"}, .fraction_bits = {}})
              .starts_with("--relay: population \"loop~reverse\" holds a whole window"));
}
