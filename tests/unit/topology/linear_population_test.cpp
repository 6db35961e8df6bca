#include "core/engine/engine.hpp"
#include "core/error.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/linear.hpp"
#include "neurons/models/read_out.hpp"
#include "tests/support/plain_graph.hpp"
#include "topology/compiler/compile.hpp"
#include "topology/fan_out.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace syncopate;

namespace {

LinearStage times(double factor) { return Scale{{2, 1, 1}, {factor}}; }

/// input → neurons a → sum ← neurons b; sum → neurons c → read-out. A constant current drives a and b.
struct Network {
    LayerGraph graph;
    std::int32_t input = add_plain(graph, "input", DirectCurrent{});
    std::int32_t a = add_plain(graph, "a", IntegrateAndFire{}, {input});
    std::int32_t b = add_plain(graph, "b", IntegrateAndFire{}, {input});
    std::int32_t sum = add_plain(graph, "sum", Linear{}, {a, b});
    std::int32_t c = add_plain(graph, "c", IntegrateAndFire{.v_threshold = {2.0}, .v_init = 0.0}, {sum});
    std::int32_t out = add_plain(graph, "out", ReadOut{}, {c});
};

std::vector<std::int32_t> spikes_of(const LayerGraph& graph, PopulationIndex population, Tick duration) {
    const CompiledNetwork network = compile(graph);
    const Engine engine(network);
    Workspace workspace = engine.make_workspace();
    const auto serial = make_serial_executor();
    Observer nobody;
    const std::vector<std::int32_t> input = to_fixed_input(std::vector{0.5, 1.0});
    engine.run(workspace, {.input = input, .duration = duration, .key = {1, 0}}, *serial, nobody);
    return engine.spike_counts(workspace, population);
}

}  // namespace

TEST_CASE("a linear population passes weighted spikes on within the tick") {
    Network n;
    // Two neurons with currents of ½ and 1 spike 4 and 8 times in 8 ticks; each spike of a brings 1.5, of b −0.25.
    n.graph.projections[2].stages = {times(1.5)};
    n.graph.projections[3].stages = {times(-0.25)};
    CHECK(spikes_of(n.graph, n.a, 8) == std::vector<std::int32_t>{4, 8});
    CHECK(spikes_of(n.graph, n.c, 8) == std::vector<std::int32_t>{2, 5});  // 4 · 1.25 / 2, 8 · 1.25 / 2
}

TEST_CASE("its bias arrives at every tick") {
    Network n;
    n.graph.projections[2].stages = {times(0.0)};
    n.graph.projections[3].stages = {times(0.0)};
    n.graph.populations[static_cast<std::size_t>(n.sum)].bias = {0.5, -1.0};
    CHECK(spikes_of(n.graph, n.c, 16) == std::vector<std::int32_t>{4, 0});
}

TEST_CASE("nothing is rounded between two weights that fixed point holds") {
    Network n;
    const double small = std::ldexp(1.0, -17);
    n.graph.projections[2].stages = {times(small)};
    n.graph.projections[3].stages = {times(0.0)};
    n.graph.projections[4].stages = {times(small)};
    const CompiledNetwork network = compile(n.graph);
    const auto c = static_cast<std::size_t>(n.c);
    CHECK(network.populations[c].fraction_bits == 35);  // 17 + 17, and one for the threshold of 2
    const Engine engine(network);
    Workspace workspace = engine.make_workspace();
    const auto serial = make_serial_executor();
    Observer nobody;
    const std::vector<std::int32_t> input = to_fixed_input(std::vector{0.0, 1.0});
    engine.run(workspace, {.input = input, .duration = 3, .key = {1, 0}}, *serial, nobody);
    CHECK(engine.potentials(workspace, c) == std::vector<Charge>{0, 3});
}

TEST_CASE("weights that a long chain leaves few digits are warned of") {
    Network n;
    n.graph.projections[2].stages = {times(1.0 / 3.0)};
    n.graph.projections[4].stages = {times(1e-3 / 3.0)};
    n.graph.projections.push_back({n.b, n.c, 0, {times(1e9 / 3.0)}});
    const CompiledNetwork network = compile(n.graph);
    bool is_warned = false;
    for (const std::string& warning : network.warnings)
        is_warned = is_warned || warning.find("projection from \"sum\" to \"c\": its largest weight keeps") == 0;
    CHECK(is_warned);
}

TEST_CASE("a chain whose sums fixed point cannot hold is refused by name") {
    Network n;
    n.graph.projections[2].stages = {times(1e16 / 3.0)};
    CHECK_THROWS_WITH_AS(compile(n.graph), doctest::Contains("population \"sum\": it belongs to a chain"),
                         RefusedError);
}

TEST_CASE("more ticks than 64 bits can sum are refused by name, with a remedy") {
    Network n;
    n.graph.projections[2].stages = {times(1e5 / 3.0)};
    n.graph.projections[4].stages = {times(1e3 / 7.0)};
    CHECK(spikes_of(n.graph, n.c, 64).size() == 2);
    CHECK_THROWS_WITH_AS(spikes_of(n.graph, n.c, 1 << 20), doctest::Contains("choose a smaller T"), Error);
}

TEST_CASE("a window that 64 bits cannot sum is refused before it is summed") {
    // The read-out takes its window in one delivery. What `sum` hands on meets a weight of 1, which wants no digits, so
    // it is multiplied by a power of two, to the digits that the other weight wants; without the check that overflows.
    Network n;
    n.graph.projections[2].stages = {times(1e5 / 3.0)};
    n.graph.projections.push_back({n.sum, n.out, 0, {times(1.0)}});
    n.graph.projections.push_back({n.a, n.out, 0, {times(1e-9 / 7.0)}});
    const CompiledNetwork network = compile(n.graph);
    REQUIRE(network.projections[6].shift > 0);
    CHECK_THROWS_WITH_AS(spikes_of(n.graph, n.c, 1 << 20), doctest::Contains("population \"out\": what arrives"),
                         Error);
}

TEST_CASE("a linear population takes no part in a cycle, and delays nothing itself") {
    Network looped;
    looped.graph.projections.push_back({looped.c, looped.sum, 1, {}});
    CHECK_THROWS_WITH_AS(validate(looped.graph), doctest::Contains("\"sum\" is linear and lies on a cycle"), Error);
    Network late;
    late.graph.projections[4].delay = 2;
    CHECK_THROWS_WITH_AS(validate(late.graph), doctest::Contains("delay 2 from a linear population"), Error);
}

TEST_CASE("operations behind a linear population count for the spikes that reach it") {
    Network n;
    n.graph.tensors.push_back({"w", {2, 2}, {1.0F, 2.0F, 3.0F, 4.0F}});
    const LinearStage full = Convolution{{2, 1, 1}, {2, 1, 1}, {}, {}, {}, {0, 0}, 1, TensorId{0}};
    n.graph.projections[4].stages = {full};
    const auto operations = fan_outs(n.graph);
    CHECK(operations[4] == std::vector<std::int64_t>{2, 2});
    CHECK(operations[2] == std::vector<std::int64_t>{3, 3});  // the addition into the sum, then two of the full layer
    n.graph.projections[2].stages = {full};
    CHECK(fan_outs(n.graph)[2] == std::vector<std::int64_t>{6, 6});  // two, and behind each of them two
}
