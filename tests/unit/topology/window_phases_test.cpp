#include "core/error.hpp"
#include "neurons/models/bernoulli_rate.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "neurons/models/relay.hpp"
#include "neurons/models/two_phase.hpp"
#include "tests/support/plain_graph.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

using namespace syncopate;

namespace {

using Phases = std::vector<std::int32_t>;

std::string message_of(const LayerGraph& graph) {
    try {
        validate(graph);
    } catch (const Error& error) {
        return error.what();
    }
    return "is valid";
}

std::string cycle_message(const std::string& name) {
    return "population \"" + name +
           "\" holds a whole window of spikes before it sends the first, so it cannot be part of a cycle; choose "
           "another "
           "population, or neurons that fire tick by tick";
}

}  // namespace

TEST_CASE("without held windows everybody is in the first window, cycles included") {
    LayerGraph graph;
    const std::int32_t input = add_plain(graph, "input", DirectCurrent{});
    const std::int32_t a = add_plain(graph, "a", IntegrateAndFire{}, {input});
    const std::int32_t b = add_plain(graph, "b", IntegrateAndFire{}, {a});
    add_plain(graph, "out", ReadOut{}, {b});
    graph.projections.push_back({b, a, 1, {}});
    graph.projections.push_back({a, a, 2, {}});
    CHECK(window_phases(graph) == Phases{0, 0, 0, 0});
}

TEST_CASE("a residual block waits for its two-phase branch") {
    LayerGraph graph;
    const std::int32_t input = add_plain(graph, "input", DirectCurrent{});
    const std::int32_t first = add_plain(graph, "first", IntegrateAndFire{}, {input});
    const std::int32_t branch = add_plain(graph, "branch", TwoPhase{}, {first});
    const std::int32_t inner = add_plain(graph, "inner", TwoPhase{}, {branch});
    const std::int32_t sum = add_plain(graph, "sum", IntegrateAndFire{}, {first, inner});
    add_plain(graph, "out", ReadOut{}, {sum, first});
    CHECK(window_phases(graph) == Phases{0, 0, 0, 1, 2, 2});
    CHECK(message_of(graph) == "is valid");
}

TEST_CASE("every two-phase layer and every relay on the longest path puts off the read-out by a window") {
    LayerGraph graph;
    std::int32_t last = add_plain(graph, "input", BernoulliRate{});
    for (int k = 0; k < 4; ++k) last = add_plain(graph, "layer" + std::to_string(k), TwoPhase{}, {last});
    const std::int32_t relay = add_plain(graph, "relay", Relay{}, {last});
    const std::int32_t out = add_plain(graph, "out", ReadOut{}, {relay});
    CHECK(window_phases(graph) == Phases{0, 0, 1, 2, 3, 4, 5});
    graph.projections.push_back({0, out, 0, {}});  // a shorter path changes nothing
    CHECK(window_phases(graph).back() == 5);
}

TEST_CASE("phases do not depend on the order in which populations and projections are written") {
    LayerGraph graph;
    add_plain(graph, "out", ReadOut{});
    add_plain(graph, "sum", IntegrateAndFire{});
    add_plain(graph, "late", TwoPhase{});
    add_plain(graph, "early", TwoPhase{});
    add_plain(graph, "input", DirectCurrent{});
    graph.projections = {{1, 0, 0, {}}, {2, 1, 0, {}}, {3, 1, 0, {}}, {3, 2, 0, {}}, {4, 1, 0, {}}, {4, 3, 0, {}}};
    CHECK(window_phases(graph) == Phases{2, 2, 1, 0, 0});
}

TEST_CASE("the path with most held windows counts, not the longest, in whatever order projections are written") {
    LayerGraph graph;
    const std::int32_t input = add_plain(graph, "input", DirectCurrent{});
    const std::int32_t held = add_plain(graph, "held", TwoPhase{}, {input});
    const std::int32_t a = add_plain(graph, "a", IntegrateAndFire{}, {input});
    const std::int32_t b = add_plain(graph, "b", IntegrateAndFire{}, {a});
    add_plain(graph, "sum", IntegrateAndFire{}, {held, b});
    std::vector<std::size_t> order = {0, 1, 2, 3, 4};
    do {
        LayerGraph other = graph;
        for (std::size_t k = 0; k < order.size(); ++k) other.projections[k] = graph.projections[order[k]];
        REQUIRE(window_phases(other) == Phases{0, 0, 0, 0, 1});
    } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("all populations of a cycle wait for the latest window that any of them needs") {
    LayerGraph graph;
    const std::int32_t input = add_plain(graph, "input", DirectCurrent{});
    const std::int32_t held = add_plain(graph, "held", TwoPhase{}, {input});
    const std::int32_t a = add_plain(graph, "a", IntegrateAndFire{}, {input});
    const std::int32_t b = add_plain(graph, "b", IntegrateAndFire{}, {a, held});
    const std::int32_t out = add_plain(graph, "out", ReadOut{}, {a});
    graph.projections.push_back({b, a, 1, {}});
    const Phases phases = window_phases(graph);
    CHECK(phases[static_cast<std::size_t>(a)] == 1);
    CHECK(phases[static_cast<std::size_t>(b)] == 1);
    CHECK(phases[static_cast<std::size_t>(out)] == 1);
    CHECK(phases[static_cast<std::size_t>(held)] == 0);
}

TEST_CASE("a two-phase population or a relay on a cycle is refused by name, whatever the delay") {
    for (const bool is_relay : {false, true}) {
        CAPTURE(is_relay);
        LayerGraph graph;
        const std::int32_t input = add_plain(graph, "input", DirectCurrent{});
        const std::int32_t a = add_plain(graph, "a", IntegrateAndFire{}, {input});
        const std::int32_t held =
            add_plain(graph, "held", is_relay ? NeuronModel{Relay{}} : NeuronModel{TwoPhase{}}, {a});
        const std::int32_t b = add_plain(graph, "b", IntegrateAndFire{}, {held});
        add_plain(graph, "out", ReadOut{}, {b});
        CHECK(message_of(graph) == "is valid");
        graph.projections.push_back({b, a, 100, {}});
        CHECK(message_of(graph) == cycle_message("held"));
    }
    LayerGraph graph;
    const std::int32_t input = add_plain(graph, "input", DirectCurrent{});
    const std::int32_t self = add_plain(graph, "self", TwoPhase{}, {input});
    graph.projections.push_back({self, self, 1, {}});
    CHECK(message_of(graph) == cycle_message("self"));
}

TEST_CASE("validation refuses a relay that does not pass on one population's spikes as they are") {
    LayerGraph base;
    const std::int32_t input = add_plain(base, "input", DirectCurrent{});
    const std::int32_t a = add_plain(base, "a", IntegrateAndFire{}, {input});
    const std::int32_t relay = add_plain(base, "relay", Relay{}, {a});
    add_plain(base, "out", ReadOut{}, {relay});
    REQUIRE(message_of(base) == "is valid");
    const std::string plain =
        "projections[1]: the relay \"relay\" takes the spikes of its source as they are: no delay, no stages, the same "
        "shape";

    LayerGraph graph = base;
    graph.projections[1].delay = 1;
    CHECK(message_of(graph) == plain);
    graph = base;
    graph.projections[1].stages = {Scale{{2, 1, 1}, {1.0}}};
    CHECK(message_of(graph) == plain);
    graph = base;
    graph.populations[2].shape = {1, 1, 2};
    CHECK(message_of(graph) == plain);
    graph = base;
    graph.projections[1].source = input;
    CHECK(message_of(graph) == "projections[1]: \"input\" sends no spikes that the relay \"relay\" could pass on");
    graph = base;
    graph.projections.push_back({a, relay, 0, {}});
    CHECK(message_of(graph) == "populations[2] \"relay\": a relay has one source, here are 2 projections into it");
    graph = base;
    graph.projections.erase(graph.projections.begin() + 1);
    CHECK(message_of(graph) == "populations[2] \"relay\": a relay has one source, here are 0 projections into it");
    graph = base;
    graph.populations[2].bias = {0.5, 0.5};
    CHECK(message_of(graph) == "populations[2] \"relay\": a relay takes no bias");
}

TEST_CASE("validation refuses two-phase neurons whose parameters make no sense") {
    LayerGraph base;
    const std::int32_t input = add_plain(base, "input", DirectCurrent{});
    const std::int32_t a = add_plain(base, "a", TwoPhase{}, {input});
    add_plain(base, "out", ReadOut{}, {a});
    REQUIRE(message_of(base) == "is valid");
    const auto with = [&](const TwoPhase& model) {
        LayerGraph graph = base;
        graph.populations[1].model = model;
        return message_of(graph);
    };
    CHECK(with({{0.0}, 0.0, {}}) == "populations[1] \"a\": v_threshold 0, must be greater than 0");
    CHECK(with({{std::nan("")}, 0.0, {}}) == "populations[1] \"a\": v_threshold nan, must be greater than 0");
    CHECK(with({{1.0, 1.0, 1.0}, 0.0, {}}) ==
          "populations[1] \"a\": v_threshold has 3 values, must have 1 or 2 (one a channel)");
    CHECK(with({{1.0}, 65.0, {}}) == "populations[1] \"a\": v_init 65, must be between -64 and 64 thresholds");
    CHECK(with({{1.0}, std::nan(""), {}}) == "populations[1] \"a\": v_init nan, must be between -64 and 64 thresholds");
}
