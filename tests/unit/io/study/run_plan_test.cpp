#include "io/study/run_plan.hpp"

#include "io/study/arm.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "tests/unit/io/study/study_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

using namespace syncopate;

namespace {

struct Planned {
    std::vector<std::unique_ptr<Arm>> arms;
    RunPlan plan;
};

std::vector<std::unique_ptr<Arm>> arms_of(const LayerGraph& graph, const std::vector<ArmEdit>& edits) {
    ArmStores stores;
    std::vector<std::unique_ptr<Arm>> arms;
    for (const ArmEdit& edit : edits) arms.push_back(std::make_unique<Arm>(graph, edit, stores));
    return arms;
}

Planned plan_of(const std::string& arms, const std::string& layers, const std::vector<Tick>& T, std::size_t seeds) {
    Planned planned;
    const LayerGraph graph = chain_network(3);
    planned.arms = arms_of(graph, parse_arms({arms, layers, T}, graph));
    planned.plan = plan_runs(planned.arms, T, seeds);
    return planned;
}

/// Names of the populations that a run computes, in the order of the graph.
std::string simulated(const Planned& planned, std::size_t run) {
    std::string names;
    const PlannedRun& own = planned.plan.runs[run];
    for (std::size_t p = 0; p < own.simulates.size(); ++p) {
        if (own.simulates[p]) names += (names.empty() ? "" : " ") + planned.arms[own.arm]->graph().populations[p].name;
    }
    return names;
}

}  // namespace

TEST_CASE("the network before the first rearranged layer is run once") {
    const Planned planned = plan_of("permute", "layer2", {4}, 2);
    REQUIRE(planned.plan.runs.size() == 3);
    CHECK(simulated(planned, 0) == "input layer1 layer2 layer3 out");
    CHECK(simulated(planned, 1) == "layer3 out layer2~permute");  // layer 1 goes on through the shortcut, replayed
    CHECK(simulated(planned, 2) == "layer3 out layer2~permute");
}

TEST_CASE("a shorter window of an unedited network is the beginning of the longer one") {
    const Planned planned = plan_of("baseline", "all", {2, 8}, 1);
    REQUIRE(planned.plan.runs.size() == 2);
    CHECK(planned.plan.runs[0].T == 1);  // the longer first
    CHECK(simulated(planned, 0) == "input layer1 layer2 layer3 out");
    CHECK(simulated(planned, 1) == "out");
}

TEST_CASE("two-phase neurons do not share spikes between seeds or windows, and share their sources") {
    const Planned planned = plan_of("tpp", "layer3", {2, 8}, 2);
    REQUIRE(planned.plan.runs.size() == 6);
    CHECK(simulated(planned, 0) == "input layer1 layer2 layer3 out");
    for (const std::size_t run : {1u, 2u, 4u, 5u}) CHECK(simulated(planned, run) == "layer3 out");
    CHECK(simulated(planned, 3) == "out");
}

TEST_CASE("what is kept is released after its last use, and nothing is replayed that is not kept") {
    const Planned planned = plan_of("permute,reverse,tpp,identity", "all", {2, 3, 8}, 3);
    std::vector<int> state(planned.plan.key_count, 0);  // 1: kept
    for (const PlannedRun& run : planned.plan.runs) {
        for (const SharedSpikes& shared : run.replayed) CHECK(state[shared.key] == 1);
        for (const SharedSpikes& shared : run.kept) state[shared.key] = 1;
        for (const std::size_t key : run.released) {
            CHECK(state[key] == 1);
            state[key] = 2;
        }
    }
    CHECK(std::ranges::count(state, 1) == 0);
}

TEST_CASE("the smallest difference of v_init makes another history") {
    const Planned planned = plan_of("if:0.5000001", "layer1", {4}, 1);
    REQUIRE(planned.plan.runs.size() == 2);
    CHECK(planned.plan.runs[0].key[1] != planned.plan.runs[1].key[1]);
    CHECK(simulated(planned, 1) == "input layer1 layer2 layer3 out");
}

TEST_CASE("a layer that nobody reads is simulated where it is new, and replayed where it is known") {
    LayerGraph graph = chain_network(3);
    graph.populations.push_back(
        {.name = "unread", .id = population_id("unread"), .shape = {6, 1, 1}, .model = IntegrateAndFire{}});
    graph.projections.push_back({2, 5, 0, {}});
    const auto arms = arms_of(graph, parse_arms({"permute", "layer1,layer3", {4}}, graph));
    REQUIRE(arms.size() == 2);
    const RunPlan plan = plan_runs(arms, std::vector<Tick>{4}, 1);
    CHECK(plan.runs[0].simulates[5]);
    CHECK(plan.runs[1].simulates[5]);  // behind the rearranged layer 1
    const auto twice = arms_of(graph, {ArmEdit{}, ArmEdit{}});
    const RunPlan same = plan_runs(twice, std::vector<Tick>{4}, 1);
    CHECK_FALSE(same.runs[1].simulates[5]);
    CHECK(same.runs[1].replayed.size() == 2);  // the unread layer, and layer 3 for the read-out
}
