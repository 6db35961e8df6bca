#include "io/study/arm.hpp"

#include "neurons/neuron_choice.hpp"
#include "tests/unit/io/study/study_fixture.hpp"
#include "topology/edits.hpp"

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

TEST_CASE(
    "an arm is identical to the baseline by construction where its rule or its readers cannot tell, and only there") {
    const LayerGraph graph = chain_network(3);
    ArmStores stores;
    const auto is_identical = [&](const std::string& arms, const std::string& layers, Tick T) {
        const std::vector<ArmEdit> edits = parse_arms({arms, layers, {T}}, graph);
        const Arm baseline(graph, edits[0], stores), edited(graph, edits[1], stores);
        return edited.is_identical(baseline, T);
    };
    CHECK(is_identical("identity", "all", 4));
    CHECK(is_identical("rotate:4", "all", 4));
    CHECK_FALSE(is_identical("rotate:4", "all", 8));
    CHECK(is_identical("permute", "all", 1));
    CHECK_FALSE(is_identical("permute", "all", 4));
    CHECK_FALSE(is_identical("permute", "layer1", 4));
    CHECK(is_identical("permute", "layer3", 4));  // the read-out only sums
    CHECK_FALSE(is_identical("drop:0.5", "layer3", 4));
    CHECK_FALSE(is_identical("tpp", "all", 4));
    CHECK_FALSE(is_identical("tpp", "layer3", 4));
}

TEST_CASE("in a network that accumulates, every rearrangement that keeps counts is identical by construction") {
    LayerGraph graph = chain_network(3);
    for (const PopulationIndex layer : firing_layers(graph))
        replace_neurons(graph, layer, parse_neuron_choice("accumulate"));
    ArmStores stores;
    const std::vector<ArmEdit> edits = parse_arms({"permute:shared,insert:0.5,accumulate", "all", {4}}, graph);
    const Arm baseline(graph, edits[0], stores);
    CHECK(Arm(graph, edits[1], stores).is_identical(baseline, 4));
    CHECK_FALSE(Arm(graph, edits[2], stores).is_identical(baseline, 4));
    CHECK(Arm(graph, edits[3], stores).is_identical(baseline, 4));  // the neurons that it has
}
