#include "topology/edits.hpp"
#include "neurons/models/bernoulli_rate.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "neurons/models/relay.hpp"
#include "neurons/models/two_phase.hpp"

#include "core/error.hpp"
#include "tests/support/plain_graph.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace syncopate;

namespace {

/// input → a → b → out, with a shortcut from a to out.
struct Residual {
    LayerGraph graph;
    std::int32_t input = add_plain(graph, "input", DirectCurrent{});
    std::int32_t a = add_plain(graph, "a", IntegrateAndFire{{0.7}, 0.25, 0.0}, {input});
    std::int32_t b = add_plain(graph, "b", IntegrateAndFire{{0.5, 2.0}, 0.5, {}}, {a});
    std::int32_t out = add_plain(graph, "out", ReadOut{}, {b, a});
};

/// "a>b" for every projection, sorted.
std::vector<std::string> wiring(const LayerGraph& graph) {
    std::vector<std::string> lines;
    for (const Projection& projection : graph.projections) {
        lines.push_back(graph.populations[projection.source].name + ">" + graph.populations[projection.target].name);
    }
    std::ranges::sort(lines);
    return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a relay takes over all projections of its population, shortcuts included") {
    Residual net;
    const PopulationIndex relay = insert_relay(net.graph, net.a, parse_rearrangement("reverse"));
    CHECK(wiring(net.graph) == Lines{"a>a~reverse", "a~reverse>b", "a~reverse>out", "b>out", "input>a"});
    const Population& added = net.graph.populations[relay];
    CHECK(added.name == "a~reverse");
    CHECK(added.shape == Shape{2, 1, 1});
    CHECK(added.model.as<Relay>()->rule == parse_rearrangement("reverse"));
    CHECK_NOTHROW(validate(net.graph));
}

TEST_CASE("a relay changes neither the ids and places of the others nor delays and stages") {
    Residual net;
    net.graph.projections[1].delay = 3;
    net.graph.projections[1].stages = {Scale{{2, 1, 1}, {0.5}}};
    const std::vector<Population> before = net.graph.populations;
    const PopulationIndex relay = insert_relay(net.graph, net.a, parse_rearrangement("permute"));
    CHECK(relay == 4);
    for (std::size_t p = 0; p < before.size(); ++p) {
        CHECK(net.graph.populations[p].name == before[p].name);
        CHECK(net.graph.populations[p].id == before[p].id);
    }
    CHECK(net.graph.projections[1].delay == 3);
    CHECK(net.graph.projections[1].stages.size() == 1);
    CHECK(net.graph.projections[1].source == relay);
    CHECK(net.graph.populations[4].id == population_id("a~permute"));
    CHECK_NOTHROW(validate(net.graph));
}

TEST_CASE("a relay can be put behind a relay, and between a population and its relay") {
    Residual net;
    const PopulationIndex first = insert_relay(net.graph, net.a, parse_rearrangement("reverse"));
    insert_relay(net.graph, first, parse_rearrangement("even"));
    CHECK(wiring(net.graph) == Lines{"a>a~reverse", "a~reverse>a~reverse~even", "a~reverse~even>b",
                                     "a~reverse~even>out", "b>out", "input>a"});
    insert_relay(net.graph, net.a, parse_rearrangement("latest"));
    CHECK(std::ranges::count(wiring(net.graph), "a>a~latest") == 1);
    CHECK(std::ranges::count(wiring(net.graph), "a~latest>a~reverse") == 1);
    CHECK_NOTHROW(validate(net.graph));
    CHECK(window_phases(net.graph).back() == 0);
    CHECK(window_phases(net.graph)[static_cast<std::size_t>(net.out)] == 3);
}

TEST_CASE("a relay behind a spiking input is possible") {
    LayerGraph graph;
    const std::int32_t input = add_plain(graph, "input", BernoulliRate{1.0});
    add_plain(graph, "out", ReadOut{}, {input});
    insert_relay(graph, input, parse_rearrangement("permute"));
    CHECK(wiring(graph) == Lines{"input>input~permute", "input~permute>out"});
    CHECK_NOTHROW(validate(graph));
}

TEST_CASE("a relay behind a population without spikes is refused by name") {
    Residual net;
    CHECK_THROWS_WITH_AS(insert_relay(net.graph, net.input, {}),
                         "population \"input\" sends no spikes that could be rearranged", Error);
    CHECK_THROWS_WITH_AS(insert_relay(net.graph, net.out, {}),
                         "population \"out\" sends no spikes that could be rearranged", Error);
}

TEST_CASE("a second relay with the same rule is refused by name, and the graph is left as it was") {
    Residual net;
    insert_relay(net.graph, net.a, {});
    const Lines before = wiring(net.graph);
    CHECK_THROWS_WITH_AS(insert_relay(net.graph, net.a, {}),
                         "population \"a\": a relay \"a~identity\" would have the name or id of \"a~identity\"", Error);
    CHECK(wiring(net.graph) == before);
}

TEST_CASE("another neuron model keeps threshold, bias, id and name") {
    Residual net;
    net.graph.populations[2].bias = {0.1, 0.2};
    const Population before = net.graph.populations[2];
    replace_neurons(net.graph, net.b, parse_neuron_choice("tpp"));
    const Population& b = net.graph.populations[2];
    CHECK(b.name == before.name);
    CHECK(b.id == before.id);
    CHECK(b.bias == before.bias);
    const auto& neuron = (*b.model.as<TwoPhase>());
    CHECK(neuron.v_threshold == std::vector<double>{0.5, 2.0});
    CHECK(neuron.v_init == 0.0);
    CHECK(neuron.rule == TwoPhaseRule::stochastic);
    replace_neurons(net.graph, net.b, parse_neuron_choice("accumulate:0.25"));
    CHECK(b.model.as<TwoPhase>()->rule == TwoPhaseRule::deterministic);
    CHECK(b.model.as<TwoPhase>()->v_init == 0.25);
    replace_neurons(net.graph, net.b, parse_neuron_choice("if"));
    CHECK(b.model.as<IntegrateAndFire>()->v_threshold == std::vector<double>{0.5, 2.0});
    CHECK(b.model.as<IntegrateAndFire>()->v_init == 0.5);
    CHECK_NOTHROW(validate(net.graph));
}

TEST_CASE("the neurons of inputs, read-outs and relays cannot be replaced") {
    Residual net;
    const PopulationIndex relay = insert_relay(net.graph, net.a, {});
    for (const auto& [position, name] :
         {std::pair{PopulationIndex(net.input), "input"}, {net.out, "out"}, {relay, "a~identity"}}) {
        CHECK_THROWS_WITH_AS(
            replace_neurons(net.graph, position, {}),
            ("population \"" + std::string(name) + "\" has no neurons that fire, so their model cannot be replaced")
                .c_str(),
            Error);
    }
}

TEST_CASE("the firing layers come in the order of the network, without inputs, read-outs and relays") {
    LayerGraph graph;
    // Made in the wrong order: out, late, early, input.
    add_plain(graph, "out", ReadOut{});
    add_plain(graph, "late", IntegrateAndFire{});
    add_plain(graph, "early", TwoPhase{});
    add_plain(graph, "input", DirectCurrent{});
    graph.projections = {{3, 2, 0, {}}, {2, 1, 0, {}}, {1, 0, 0, {}}};
    insert_relay(graph, 2, {});
    CHECK(firing_layers(graph) == std::vector<PopulationIndex>{2, 1});
}

TEST_CASE("every neuron choice is written as it is read") {
    for (const std::string text : {"if", "if:0", "if:-1.5", "tpp", "tpp:0.5", "tpp:64", "memoryless", "memoryless:0.1",
                                   "lif", "lif:2", "lif:20:0", "lif:1:-0.5", "accumulate", "accumulate:-64"}) {
        CAPTURE(text);
        CHECK(to_string(parse_neuron_choice(text)) == text);
        CHECK(parse_neuron_choice(to_string(parse_neuron_choice(text))) == parse_neuron_choice(text));
    }
    CHECK(to_string(parse_neuron_choice("if:0.5")) == "if");
    CHECK(to_string(parse_neuron_choice("tpp:0")) == "tpp");
    CHECK(parse_neuron_choice("memoryless").model().as<TwoPhase>()->rule == TwoPhaseRule::memoryless);
}

TEST_CASE("encoders, stochastic and memoryless neurons, and some relays have chance") {
    CHECK(NeuronModel{BernoulliRate{}}.has_chance());
    CHECK(NeuronModel{TwoPhase{}}.has_chance());
    CHECK(NeuronModel{TwoPhase{.rule = TwoPhaseRule::memoryless}}.has_chance());
    CHECK_FALSE(NeuronModel{TwoPhase{.rule = TwoPhaseRule::deterministic}}.has_chance());
    CHECK_FALSE(NeuronModel{IntegrateAndFire{}}.has_chance());
    CHECK(NeuronModel{Relay{parse_rearrangement("permute")}}.has_chance());
    CHECK_FALSE(NeuronModel{Relay{parse_rearrangement("reverse")}}.has_chance());
}

TEST_CASE("a neuron choice that cannot be read is refused with the text and the choices") {
    for (const std::string text : {"", "lin", "TPP", "tpp ", ":0.5"}) {
        CAPTURE(text);
        CHECK_THROWS_WITH_AS(
            parse_neuron_choice(text),
            ("neuron model \"" + text + "\": no such model; there are " + neuron_choice_help()).c_str(), UsageError);
    }
    for (const std::string number : {"", "x", "nan", "inf", "65", "-64.5", "0.5 "}) {
        CAPTURE(number);
        CHECK_THROWS_WITH_AS(parse_neuron_choice("tpp:" + number),
                             ("neuron model \"tpp:" + number + "\": v_init \"" + number +
                              "\", must be between -64 and 64 thresholds; write tpp[:V_INIT]")
                                 .c_str(),
                             UsageError);
    }
}
