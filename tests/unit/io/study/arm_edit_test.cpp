#include "io/study/arm_edit.hpp"

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
        CHECK(arms[1].populations == std::vector<PopulationIndex>{1, 2, 3});
    }
}

TEST_CASE("each makes an arm of every layer, a prefix ends with its layer, a suffix begins with it") {
    const std::vector<ArmEdit> each = arms_of("tpp", "each");
    REQUIRE(each.size() == 4);
    CHECK(each[2].layers == "layer2");
    CHECK(each[2].populations == std::vector<PopulationIndex>{2});
    CHECK(arms_of("tpp", "prefix:layer2")[1].populations == std::vector<PopulationIndex>{1, 2});
    CHECK(arms_of("tpp", "suffix:layer2")[1].populations == std::vector<PopulationIndex>{2, 3});
    CHECK(arms_of("tpp", "layer3,layer1")[1].populations == std::vector<PopulationIndex>{3, 1});
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
    CHECK(refusal("permute:all", "all", {4, 6}).find("T = 6 has too many orders") != std::string::npos);
    CHECK(refusal("jitter:-1", "all").find("sigma -1, must be a number from 0 to 10000 ticks") != std::string::npos);
    CHECK(refusal("order:0-1", "all").find("2 ticks, which is none of the T") != std::string::npos);
    CHECK(refusal("permute,permute", "all").find("permute is named twice") != std::string::npos);
    CHECK(refusal("permute", "layer1,layer1").find("\"layer1\" is named twice") != std::string::npos);
    CHECK(refusal("if:nan", "all") ==
          "--arms: neuron model \"if:nan\": v_init \"nan\", must be between -64 and 64 thresholds; write "
          "if[:V_INIT]");
}

TEST_CASE("blanks around the names of arms and layers are no part of them") {
    const std::vector<ArmEdit> arms = arms_of("permute , tpp", "layer1, layer3");
    REQUIRE(arms.size() == 3);
    CHECK(arms[1].name == "permute");
    CHECK(arms[2].name == "tpp");
    CHECK(arms[2].layers == "layer1,layer3");
}

TEST_CASE("an arm without a name, and one that is named twice, are refused as they were written") {
    const std::string empty = "the name of an arm is empty; write names with one comma between two of them";
    CHECK(refusal("", "all") == "--arms \"\": " + empty);
    CHECK(refusal("permute,", "all") == "--arms \"permute,\": " + empty);
    CHECK(refusal("permute:all,permute:all", "all", {2}) ==
          "--arms permute:all,permute:all: permute:all is named twice; name it once");
    CHECK(refusal("order:0-1,permute:all", "all", {2}) ==
          "--arms order:0-1,permute:all: order:0-1 is one of permute:all; leave one of them out");
}

TEST_CASE("a layer that is not there is refused as it was written, with its neighbours in name") {
    const std::string all = "layer1, layer2, layer3, and all, each, prefix:LAYER, suffix:LAYER";
    CHECK(refusal("permute", "conv9") == "--layers conv9: no layer is called \"conv9\"; there are " + all);
    CHECK(refusal("permute", "prefix:conv9") ==
          "--layers prefix:conv9: no layer is called \"conv9\"; there are " + all);
    CHECK(refusal("permute", "layre2") == "--layers layre2: no layer is called \"layre2\"; did you mean \"layer2\"?");
    CHECK(refusal("permute", "prefix:") ==
          "--layers prefix:: names no layer behind the colon; write one, as in prefix:layer1");
    const std::string alone = "stands alone; give it without other layers, or name all of them";
    CHECK(refusal("permute", "each,layer1") == "--layers each,layer1: \"each\" " + alone);
    CHECK(refusal("permute", "layer1, all") == "--layers layer1, all: \"all\" " + alone);
    CHECK(refusal("permute", "prefix:layer1,layer2") == "--layers prefix:layer1,layer2: \"prefix:layer1\" " + alone);
    CHECK(refusal("permute", "layer1,") ==
          "--layers \"layer1,\": the name of a layer is empty; write names with one comma between two of them");
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

TEST_CASE("the sentence of an arm has the numbers that tell it from others of its model") {
    const auto sentence = [](const char* text) {
        ArmEdit arm;
        arm.change = parse_neuron_choice(text);
        return sentence_of(arm);
    };
    CHECK(sentence("tpp") == "Accumulates a window, and spikes in the next with probability v / remaining ticks");
    CHECK(sentence("tpp:0.5") == sentence("tpp") + ", v_init = 0.5");
    CHECK(sentence("tpp:0") == sentence("tpp"));
}
