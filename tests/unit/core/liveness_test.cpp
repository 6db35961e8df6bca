#include "core/engine/liveness.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

namespace {

/// 0 → 1 → 2 → 3, with 4 behind 1 and a cycle 5 ⇄ 6 behind 2.
const std::vector<ProjectionEnds> graph = {{0, 1}, {1, 2}, {2, 3}, {1, 4}, {2, 5}, {5, 6}, {6, 5}};

}  // namespace

TEST_CASE("without given spikes every population is simulated") {
    CHECK(live_populations(graph, std::vector<bool>(7, false)) == std::vector<bool>(7, true));
}

TEST_CASE("what only given populations need is not simulated, and what nobody reads is") {
    CHECK(live_populations(graph, {false, false, true, false, false, false, false}) ==
          std::vector<bool>{true, true, false, true, true, true, true});  // 1 still feeds 4
    CHECK(live_populations(graph, {false, false, true, false, true, false, false}) ==
          std::vector<bool>{false, false, false, true, false, true, true});
    CHECK(live_populations(graph, {false, true, true, false, false, false, false}) ==
          std::vector<bool>{false, false, false, true, true, true, true});
}
