#include "topology/step_function.hpp"
#include "tests/unit/onnx/onnx_builder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

using namespace syncopate;
using support::OnnxBuilder;

namespace {

using Operation = ScalarOperation;

/// θ/L · clip(floor(x·L/θ + shift), 0, L)
ScalarExpression qcfs(double threshold, double levels, double shift) {
    return {{},
            {.operation = Operation::scale, .left = 0, .first = levels / threshold},
            {.operation = Operation::offset, .left = 1, .first = shift},
            {.operation = Operation::floor, .left = 2},
            {.operation = Operation::clamp, .left = 3, .first = 0.0, .second = levels},
            {.operation = Operation::scale, .left = 4, .first = threshold / levels}};
}

std::string reason_of(const ScalarExpression& expression) {
    const auto result = recognise_staircase(expression);
    const auto* reason = std::get_if<std::string>(&result);
    return reason == nullptr ? "" : *reason;
}

}  // namespace

TEST_CASE("Step function: threshold, levels and shift are found again for any of them") {
    const std::uint32_t seed = 20240607;
    CAPTURE(seed);
    std::mt19937 random(seed);
    for (int i = 0; i < 200; ++i) {
        const double threshold = std::ldexp(1.0 + std::generate_canonical<double, 53>(random), int(random() % 30) - 15);
        const auto levels = static_cast<std::int32_t>(1 + random() % (i % 10 == 0 ? 300 : 16));
        const double shift = std::array{0.5, 0.0, 1.0, 0.25}[random() % 4];
        CAPTURE(threshold);
        CAPTURE(levels);
        CAPTURE(shift);
        const std::vector<ScalarExpression> one = {qcfs(threshold, levels, shift)};
        const auto result = recognise_step(one);
        REQUIRE(std::holds_alternative<StepActivation>(result));
        const auto& found = std::get<StepActivation>(result);
        CHECK(found.step.levels == levels);
        CHECK(found.step.shift == doctest::Approx(shift).epsilon(1e-9));
        CHECK(found.step.threshold[0] == doctest::Approx(threshold).epsilon(1e-9));
        CHECK(found.factor.empty());
    }
}

TEST_CASE("Step function: straight-through sums around the rounding do not hide it") {
    ScalarExpression inside = qcfs(2.0, 4.0, 0.5);
    inside.push_back({.operation = Operation::scale, .left = 0, .first = -1.0});
    inside.push_back({.operation = Operation::sum, .left = 5, .right = 6});  // q − x
    inside.push_back({.operation = Operation::sum, .left = 7, .right = 0});  // x + (q − x)
    const auto result = recognise_staircase(inside);
    REQUIRE(std::holds_alternative<Staircase>(result));
    CHECK(std::get<Staircase>(result).levels == 4);
    CHECK(std::get<Staircase>(result).first == doctest::Approx(0.25));
}

TEST_CASE("Step function: what is no staircase from 0 is refused with the reason") {
    ScalarExpression unbounded = {{}, {.operation = Operation::floor, .left = 0}};
    CHECK(reason_of(unbounded).find("not bounded above") != std::string::npos);
    ScalarExpression signed_levels = qcfs(1.0, 4.0, 0.5);
    signed_levels[4].first = -4.0;
    CHECK(reason_of(signed_levels).find("it starts at -1") != std::string::npos);
    ScalarExpression falling = qcfs(1.0, 4.0, 0.5);
    falling[1].first = -4.0;
    CHECK(reason_of(falling).find("threshold must be greater than 0") != std::string::npos);
    ScalarExpression ramp = {{}, {.operation = Operation::clamp, .left = 0, .first = 0.0, .second = 1.0}};
    CHECK_FALSE(reason_of(ramp).empty());
    // Levels of unequal width: the sum of two staircases.
    ScalarExpression uneven = qcfs(1.0, 1.0, 0.5);
    for (const ScalarNode& node : qcfs(1.0, 1.0, 0.1)) {
        if (node.operation == Operation::argument) continue;
        ScalarNode moved = node;
        moved.left = node.left == 0 ? 0 : node.left + 5;
        uneven.push_back(moved);
    }
    uneven.push_back({.operation = Operation::sum, .left = 5, .right = 10});
    uneven.push_back({.operation = Operation::offset, .left = 11, .first = 0.0});
    CHECK(std::holds_alternative<Staircase>(recognise_staircase(uneven)));  // two equal steps, 0.5 and 0.9
    uneven[10].first = 2.0;                                                 // the second twice as high
    CHECK_FALSE(reason_of(uneven).empty());
}

TEST_CASE("Step function: Ceil with its jump at 0 is told from Floor") {
    ScalarExpression ceiling = {{},
                                {.operation = Operation::ceil, .left = 0},
                                {.operation = Operation::clamp, .left = 1, .first = 0.0, .second = 1.0}};
    CHECK(reason_of(ceiling).find("the jump at 0") != std::string::npos);
}

TEST_CASE("Step function: channels may differ in threshold, and get a factor where steps are not as wide as high") {
    const std::vector<ScalarExpression> channels = {qcfs(1.0, 4.0, 0.5), qcfs(3.0, 4.0, 0.5)};
    const auto same = recognise_step(channels);
    REQUIRE(std::holds_alternative<StepActivation>(same));
    CHECK(std::get<StepActivation>(same).step.threshold[1] == doctest::Approx(3.0));
    CHECK(std::get<StepActivation>(same).factor.empty());
    std::vector<ScalarExpression> scaled = channels;
    scaled[1][5].first *= 2.0;  // the output only
    const auto result = recognise_step(scaled);
    REQUIRE(std::holds_alternative<StepActivation>(result));
    const auto& found = std::get<StepActivation>(result);
    CHECK(found.step.threshold[1] == doctest::Approx(6.0));
    CHECK(found.factor[1] == doctest::Approx(2.0));
    std::vector<ScalarExpression> levels = {qcfs(1.0, 4.0, 0.5), qcfs(1.0, 8.0, 0.5)};
    const auto refused = recognise_step(levels);
    REQUIRE(std::holds_alternative<std::string>(refused));
    CHECK(std::get<std::string>(refused).find("channel 1: it has 8 levels") != std::string::npos);
}

TEST_CASE("Step activation: a chain of operators between two layers becomes one node, named in the table") {
    OnnxBuilder net({-1, 2});
    net.scalar("th", 2).scalar("four", 4).scalar("half", 0.5F).scalar("zero", 0).scalar("one", 1);
    net.node("Div", {"x", "th"}, "a").node("Clip", {"a", "zero", "one"}, "b").node("Mul", {"b", "four"}, "c");
    net.node("Add", {"c", "half"}, "d").node("Floor", {"d"}, "e").node("Div", {"e", "four"}, "f");
    net.node("Mul", {"f", "th"}, "y");
    const OnnxImport result = net.import();
    REQUIRE(result.graph.nodes.size() == 2);
    const auto& step = std::get<AnnStep>(result.graph.nodes[1].operation);
    CHECK(step.threshold == std::vector<double>{2.0});
    CHECK(step.levels == 4);
    CHECK(step.shift == 0.5);
    CHECK(result.nodes[6].fate == NodeFate::layer);
    CHECK(result.nodes[4].fate == NodeFate::folded);
    CHECK(result.nodes[4].layer == result.graph.nodes[1].name);
    CHECK(net.output({0.74, 0.76})[0] == doctest::Approx(0.5));
    CHECK(net.output({0.74, 0.76})[1] == doctest::Approx(1.0));
}

TEST_CASE("Step activation: two in a row, with a scale between them, are two") {
    OnnxBuilder net({-1, 1});
    net.scalar("four", 4).scalar("half", 0.5F).scalar("zero", 0).scalar("factor", -0.7F).scalar("shift", 1.1F);
    const auto append = [&](const std::string& from, const std::string& to) {
        net.node("Mul", {from, "four"}, to + "a")
            .node("Add", {to + "a", "half"}, to + "b")
            .node("Floor", {to + "b"}, to + "c");
        net.node("Clip", {to + "c", "zero", "four"}, to + "d").node("Div", {to + "d", "four"}, to);
    };
    append("x", "p");
    net.node("Mul", {"p", "factor"}, "q").node("Add", {"q", "shift"}, "r");
    append("r", "y");
    const auto graph = net.import().graph;
    int steps = 0;
    for (const auto& node : graph.nodes) steps += std::holds_alternative<AnnStep>(node.operation) ? 1 : 0;
    CHECK(steps == 2);
    const auto q = [](double x) { return std::clamp(std::floor(x * 4 + 0.5), 0.0, 4.0) / 4; };
    for (const double x : {-1.0, 0.1, 0.3, 0.55, 0.8, 2.0}) {
        CAPTURE(x);
        CHECK(net.output({x})[0] == doctest::Approx(q(q(x) * double(-0.7F) + double(1.1F))).epsilon(1e-6));
    }
}

TEST_CASE("Step activation: a rounding that is none is refused at its node with the reason") {
    OnnxBuilder net({-1, 1});
    net.node("Floor", {"x"}, "f").called("rounding").node("Relu", {"f"}, "y");
    const std::string message = net.refusal();
    CHECK(message.find("\"rounding\" (Floor)") != std::string::npos);
    CHECK(message.find("not bounded above; clip it at its threshold") != std::string::npos);
}
