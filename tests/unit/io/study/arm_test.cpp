#include "io/study/arm.hpp"

#include "core/error.hpp"
#include "tests/unit/io/study/study_fixture.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

namespace {

std::vector<ArmEdit> arms_of(const std::string& arms, const std::string& layers, std::vector<Tick> T = {4}) {
    return parse_arms({arms, layers, std::move(T)}, chain_network(3));
}

std::string refusal(const std::string& arms, const std::string& layers, std::vector<Tick> T = {4}) {
    try {
        arms_of(arms, layers, std::move(T));
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("the baseline comes first, whether it is named or not") {
    for (const char* const text : {"permute,baseline", "permute"}) {
        const std::vector<ArmEdit> arms = arms_of(text, "all");
        REQUIRE(arms.size() == 2);
        CHECK(std::holds_alternative<std::monostate>(arms[0].change));
        CHECK(arms[1].name == "permute");
        CHECK(arms[1].populations == std::vector<std::int32_t>{1, 2, 3});
    }
}

TEST_CASE("each makes an arm of every layer, a prefix ends with its layer, a suffix begins with it") {
    const std::vector<ArmEdit> each = arms_of("tpp", "each");
    REQUIRE(each.size() == 4);
    CHECK(each[2].layers == "layer2");
    CHECK(each[2].populations == std::vector<std::int32_t>{2});
    CHECK(arms_of("tpp", "prefix:layer2")[1].populations == std::vector<std::int32_t>{1, 2});
    CHECK(arms_of("tpp", "suffix:layer2")[1].populations == std::vector<std::int32_t>{2, 3});
    CHECK(arms_of("tpp", "layer3,layer1")[1].populations == std::vector<std::int32_t>{3, 1});
}

TEST_CASE("permute:all is T! orders, for every T its own") {
    const std::vector<ArmEdit> arms = arms_of("permute:all", "layer1", {2, 3});
    REQUIRE(arms.size() == 1 + 2 + 6);
    CHECK(arms[1].name == "order:0-1");
    CHECK(arms[1].family == "permute:all");
    CHECK(arms[1].runs_at(2));
    CHECK(!arms[1].runs_at(3));
    CHECK(arms[8].name == "order:2-1-0");
}

TEST_CASE("bad requests name the valid choices") {
    CHECK(refusal("shuffle", "all").find("permute[:neuron|channel|shared]") != std::string::npos);
    CHECK(refusal("shuffle", "all").find("accumulate") != std::string::npos);
    CHECK(refusal("permute", "conv9") ==
          "--layers conv9: no such layer; there are layer1, layer2, layer3, and all, each, prefix:LAYER, suffix:LAYER");
    CHECK(refusal("permute", "prefix:conv9").find("--layers conv9") == 0);
    CHECK(refusal("permute:all", "all", {4, 6}).find("T = 6 has too many orders") != std::string::npos);
    CHECK(refusal("jitter:-1", "all").find("sigma -1, must be a number from 0 to 10000 ticks") != std::string::npos);
    CHECK(refusal("order:0-1", "all").find("2 ticks, which is none of the T") != std::string::npos);
    CHECK(refusal("permute,permute", "all").find("permute is named twice") != std::string::npos);
    CHECK(refusal("permute", "layer1,layer1").find("\"layer1\" is named twice") != std::string::npos);
    CHECK(refusal("tpp:x", "all").find("v_init \"x\"") != std::string::npos);
}

TEST_CASE("a held window on a cycle is refused by name") {
    LayerGraph graph = chain_network(3);
    graph.projections.push_back({3, 2, 1, {}});
    for (const char* const arm : {"tpp", "permute"}) {
        const ArmEdit edit = parse_arms({arm, "layer2", {4}}, graph).at(1);
        CHECK_THROWS_WITH_AS(edited(graph, edit), doctest::Contains("cycle"), UsageError);
        CHECK_THROWS_WITH_AS(edited(graph, edit), doctest::Contains("layer2"), UsageError);
    }
}
