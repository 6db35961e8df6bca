#include "io/study/arm.hpp"

#include "tests/unit/io/study/study_fixture.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

TEST_CASE(
    "arms share the synapses and deliveries that they have in common, and the workspace if they are of one kind") {
    const LayerGraph graph = chain_network(3);
    ArmStores stores;
    std::vector<std::unique_ptr<Arm>> arms;
    for (const ArmEdit& edit : parse_arms({"if:0,tpp,reverse", "all", {4}}, graph))
        arms.push_back(std::make_unique<Arm>(graph, edit, stores));
    const CompiledNetwork& baseline = arms[0]->network();
    for (std::size_t a = 1; a < arms.size(); ++a) {
        CAPTURE(arms[a]->edit().name);
        for (std::size_t k = 0; k < baseline.projections.size(); ++k)
            CHECK(arms[a]->network().projections[k].synapses == baseline.projections[k].synapses);
    }
    CHECK(arms[0]->engine().workspace_kind() == arms[1]->engine().workspace_kind());
    CHECK(arms[0]->engine().workspace_kind() != arms[3]->engine().workspace_kind());
    ArmWorkspaces workspaces;
    CHECK(&workspaces.of(*arms[0]) == &workspaces.of(*arms[1]));
    CHECK(&workspaces.of(*arms[0]) != &workspaces.of(*arms[3]));
}

TEST_CASE("an arm knows who passes on each layer's spikes: the layer, or the relay behind it") {
    const LayerGraph graph = chain_network(2);
    ArmStores stores;
    const std::vector<ArmEdit> edits = parse_arms({"reverse", "layer2", {4}}, graph);
    const Arm baseline(graph, edits[0], stores), relayed(graph, edits[1], stores);
    CHECK(relayed.sender(0) == baseline.sender(0));
    CHECK(relayed.network().populations[relayed.sender(1)].name == "layer2~reverse");
    CHECK(!relayed.has_chance());
}
