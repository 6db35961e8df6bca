#include "io/run/idle_relays.hpp"

#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "topology/edits.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

namespace {

LayerGraph graph_with(std::string_view rule) {
    LayerGraph graph;
    const Shape shape = {2, 1, 1};
    graph.populations.push_back({.name = "in", .id = 1, .shape = shape, .model = DirectCurrent{}});
    graph.populations.push_back({.name = "a", .id = 2, .shape = shape, .model = IntegrateAndFire{}});
    graph.populations.push_back({.name = "out", .id = 3, .shape = shape, .model = ReadOut{}});
    for (std::int32_t p = 0; p < 2; ++p) graph.projections.push_back({.source = p, .target = p + 1, .stages = {}});
    insert_relay(graph, 1, parse_rearrangement(rule));
    return graph;
}

}  // namespace

TEST_CASE("a relay that leaves every window of this T as it is gets a warning that names it, its rule and T") {
    const std::vector<std::string> texts = idle_relays(graph_with("rotate:4"), 4);
    REQUIRE(texts.size() == 1);
    CHECK(texts.front() ==
          "relay \"a~rotate:4\" changes nothing: rotate:4 leaves every window of T = 4 ticks as it is");
}

TEST_CASE("a relay that rearranges gets no warning, and identity none at any T") {
    CHECK(idle_relays(graph_with("rotate:4"), 5).empty());
    CHECK(idle_relays(graph_with("permute"), 4).empty());
    CHECK(idle_relays(graph_with("identity"), 4).empty());
}
