#include "topology/activations.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "tests/support/plain_graph.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

namespace {

/// input → a → b → out, made in the wrong order, with a delay from a to b.
LayerGraph chain(std::int32_t delay) {
    LayerGraph graph;
    const std::int32_t out = add_plain(graph, "out", ReadOut{});
    const std::int32_t b = add_plain(graph, "b", IntegrateAndFire{});
    const std::int32_t a = add_plain(graph, "a", IntegrateAndFire{});
    const std::int32_t input = add_plain(graph, "input", DirectCurrent{});
    graph.projections = {{b, out, 0, {}}, {a, b, delay, {}}, {input, a, 0, {}}};
    for (const std::int32_t layer : {a, b}) graph.populations[static_cast<std::size_t>(layer)].activation = AnnRelu{};
    return graph;
}

}  // namespace

TEST_CASE("a network without a cycle is a feed-forward ANN, whatever its delays") {
    for (const std::int32_t delay : {0, 3}) {
        CAPTURE(delay);
        CHECK(why_no_ann(chain(delay)).value_or("there is one") == "there is one");
        CHECK(ann_of(chain(delay)).nodes.back().inputs.size() == 1);
    }
}

TEST_CASE("a cycle is no feed-forward ANN, and one of its populations is named") {
    LayerGraph graph = chain(0);
    graph.projections.push_back({1, 2, 1, {}});
    CHECK(why_no_ann(graph).value_or("").find("lies on a cycle") != std::string::npos);
}
