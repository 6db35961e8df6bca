#include "core/error.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "neurons/models/two_phase.hpp"
#include "tests/support/plain_graph.hpp"
#include "topology/compiler/compile.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace syncopate;

namespace {

/// An input, neurons with a tick bias for T = 4, a read-out.
LayerGraph biased(bool serves_shorter) {
    LayerGraph graph;
    const auto input = add_plain(graph, "in", DirectCurrent{});
    const auto hidden = add_plain(graph, "hidden", IntegrateAndFire{}, {input});
    add_plain(graph, "out", ReadOut{}, {hidden});
    graph.populations[1].tick_bias = TickBias{4, serves_shorter, {0.5, -0.5, 0.25, 0, 0, 0, 0, 0.125}};
    return graph;
}

std::string refusal_of_window(const LayerGraph& graph, Tick T) {
    try {
        check_tick_biases(graph, T);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

std::string refusal(const LayerGraph& graph) {
    try {
        validate(graph);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("tick bias: it serves the window it was made for, and shorter ones where it says so") {
    CHECK(refusal_of_window(biased(false), 4) == "");
    CHECK(refusal_of_window(biased(false), 2) ==
          "population \"hidden\": its bias for every tick was made for T = 4, but the window has T = 2; run T = 4, or "
          "calibrate for 2");
    CHECK(refusal_of_window(biased(true), 2) == "");
    CHECK(refusal_of_window(biased(true), 8) ==
          "population \"hidden\": its bias for every tick was made for T = 4, but the window has T = 8; run T = 4, or "
          "calibrate for 8");
}

TEST_CASE("tick bias: no shorter window where a population holds its window") {
    LayerGraph graph = biased(true);
    graph.populations[1].model = TwoPhase{};
    CHECK(refusal_of_window(graph, 4) == "");
    CHECK(refusal_of_window(graph, 2) ==
          "population \"hidden\": its bias for every tick was made for T = 4, but the window has T = 2; it serves "
          "shorter windows only where no population holds its window: run T = 4, or calibrate for 2");
}

TEST_CASE("tick bias: values that do not fit, are not finite or have no place are refused by name") {
    CHECK(refusal(biased(false)) == "");
    LayerGraph graph = biased(false);
    graph.populations[1].tick_bias->values.pop_back();
    CHECK(refusal(graph).find("\"hidden\": the tick bias has 7 values, must have 8 (T = 4 ticks, 2 channels)") !=
          std::string::npos);
    graph = biased(false);
    graph.populations[1].tick_bias->values[5] = std::numeric_limits<double>::infinity();
    CHECK(refusal(graph).find("\"hidden\": the tick bias of tick 2, channel 1 is not finite") != std::string::npos);
    graph = biased(false);
    graph.populations[1].tick_bias = TickBias{0, false, {}};
    CHECK(refusal(graph).find("was made for T = 0, must be at least 1") != std::string::npos);
    graph = biased(false);
    graph.populations[0].tick_bias = graph.populations[1].tick_bias;
    CHECK(refusal(graph).find("takes no bias") != std::string::npos);
}

TEST_CASE("tick bias: in fixed point it has the bits of the population, and the bound of a tick has it in") {
    LayerGraph graph = biased(false);
    graph.populations[1].model = IntegrateAndFire{.v_threshold = {0.5}};
    const CompiledNetwork network = compile(graph);
    const CompiledPopulation& hidden = network.populations[1];
    REQUIRE(hidden.tick_bias);
    CHECK(hidden.tick_bias->T == 4);
    CHECK(hidden.tick_bias->values.front() == Charge{1} << hidden.fraction_bits);
    CHECK(hidden.tick_bias->values.back() == Charge{1} << (hidden.fraction_bits - 2));
    // The input's projection is analogue; the largest tick bias is one threshold.
    CHECK(hidden.worst_current >= Charge{1} << hidden.fraction_bits);
    graph.populations[1].tick_bias->values[0] = 1e6;
    const CompiledNetwork large = compile(graph);
    CHECK(large.populations[1].fraction_bits < 24);
    REQUIRE(!large.warnings.empty());
    CHECK(large.warnings.front().find("one tick can bring 2e+06 thresholds") != std::string::npos);
}
