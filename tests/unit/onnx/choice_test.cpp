// Rectifiers with parameters, choices between a value and its bound, masks, sums of elements, quantised constants.
#include "tests/unit/onnx/onnx_builder.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace syncopate;
using support::OnnxBuilder;

namespace {

using Values = std::vector<double>;

Values output(const OnnxBuilder& net, const Values& input) {
    Values result = net.output(input);
    for (double& v : result) v += 0.0;  // −0 and 0 are the same here
    return result;
}

bool is_one_relu(const OnnxBuilder& net, double cap = std::numeric_limits<double>::infinity()) {
    const auto graph = net.import().graph;
    const auto* relu = graph.nodes.size() == 2 ? std::get_if<AnnRelu>(&graph.nodes[1].operation) : nullptr;
    return relu != nullptr && relu->cap == Values{cap};
}

}  // namespace

TEST_CASE("LeakyRelu and PRelu with slope 0 are ReLUs, with slope 1 nothing, with others refused") {
    OnnxBuilder leaky({-1, 2});
    leaky.node("LeakyRelu", {"x"}, "y").with_number("alpha", 0.0F);
    CHECK(is_one_relu(leaky));
    OnnxBuilder parametric({-1, 2, 3});
    parametric.constant("slope", {2, 1}, {0, 0}).node("PRelu", {"x", "slope"}, "y");
    CHECK(is_one_relu(parametric));
    OnnxBuilder same({-1, 2});
    same.node("LeakyRelu", {"x"}, "l").with_number("alpha", 1.0F).node("Relu", {"l"}, "y");
    CHECK(is_one_relu(same));
    OnnxBuilder standard({-1, 2});
    standard.node("LeakyRelu", {"x"}, "y");
    CHECK(standard.refusal().find("negative side") != std::string::npos);
    OnnxBuilder mixed({-1, 2});
    mixed.constant("slope", {2}, {0, 0.1F}).node("PRelu", {"x", "slope"}, "y");
    CHECK(mixed.refusal().find("negative side") != std::string::npos);
    OnnxBuilder elu({-1, 2});
    elu.node("Elu", {"x"}, "y").with_number("alpha", 0.0F);
    CHECK(is_one_relu(elu));
    OnnxBuilder threshold({-1, 2});
    threshold.node("ThresholdedRelu", {"x"}, "y");
    CHECK(threshold.refusal().find("(ThresholdedRelu)") != std::string::npos);
}

TEST_CASE("Where with the bound that was compared with is the larger or smaller of the two") {
    struct Case {
        std::string op;
        bool is_first;  // the activation stands first in the comparison
        bool chooses;   // … and is chosen where it holds
        bool is_raised;
    };
    for (const Case& c : {Case{"Greater", true, true, true}, Case{"GreaterOrEqual", false, false, true},
                          Case{"Less", false, true, true}, Case{"LessOrEqual", true, false, true},
                          Case{"Less", true, true, false}, Case{"Greater", false, true, false}}) {
        CAPTURE(c.op);
        CAPTURE(c.is_first);
        OnnxBuilder net({-1, 3});
        net.scalar("zero", 0).scalar("six", 6);
        const std::string bound = c.is_raised ? "zero" : "six";
        const auto pair = [&](bool x_first, const std::string& x) {
            return x_first ? std::vector<std::string>{x, bound} : std::vector<std::string>{bound, x};
        };
        net.node("Identity", {"x"}, "i");
        if (!c.is_raised) net.node("Relu", {"i"}, "r");
        const std::string from = c.is_raised ? "i" : "r";
        net.node(c.op, pair(c.is_first, from), "c");
        auto inputs = pair(c.chooses, from);
        inputs.insert(inputs.begin(), "c");
        net.node("Where", inputs, "y");
        CHECK(is_one_relu(net, c.is_raised ? std::numeric_limits<double>::infinity() : 6.0));
    }
    OnnxBuilder negated({-1, 3});
    negated.scalar("zero", 0).node("Less", {"x", "zero"}, "c").node("Not", {"c"}, "n");
    negated.node("Where", {"n", "x", "zero"}, "y");
    CHECK(is_one_relu(negated));
}

TEST_CASE("Where among chosen elements is a ReLU of these") {
    OnnxBuilder net({-1, 3});
    net.integers("s", {1}).integers("e", {3}).integers("axes", {1}).scalar("zero", 0);
    net.node("Slice", {"x", "s", "e", "axes"}, "p").node("Greater", {"p", "zero"}, "c");
    net.node("Where", {"c", "p", "zero"}, "y");
    CHECK(output(net, {5, -1, 2}) == Values{0, 2});
}

TEST_CASE("Where that jumps at its bound, or chooses by another value, is refused") {
    OnnxBuilder jump({-1, 3});
    jump.scalar("one", 1).scalar("zero", 0).node("Greater", {"x", "one"}, "c").node("Where", {"c", "x", "zero"}, "y");
    CHECK(jump.refusal().find("differ at the bound") != std::string::npos);
    OnnxBuilder other({-1, 3});
    other.scalar("zero", 0).constant("w", {3, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1}).node("MatMul", {"x", "w"}, "h");
    other.node("Greater", {"h", "zero"}, "c").node("Where", {"c", "x", "zero"}, "y");
    CHECK(other.refusal().find("another result") != std::string::npos);
    OnnxBuilder mask({-1, 3});
    mask.scalar("zero", 0).node("Greater", {"x", "zero"}, "c").node("Cast", {"c"}, "y").with("to", 1);
    CHECK(mask.refusal().find("a comparison where") != std::string::npos);
}

TEST_CASE("Clip, Max and Min in every form are one ReLU with a cap") {
    OnnxBuilder bounds({-1, 3});
    bounds.scalar("lo", 0).scalar("hi", 2).node("Max", {"x", "lo"}, "m").node("Min", {"hi", "m"}, "y");
    CHECK(is_one_relu(bounds, 2.0));
    OnnxBuilder swapped({-1, 3});
    swapped.scalar("lo", 0).scalar("hi", 2).node("Min", {"x", "hi"}, "m").node("Max", {"m", "lo"}, "y");
    CHECK(is_one_relu(swapped, 2.0));
    OnnxBuilder upper({-1, 3});
    upper.scalar("hi", 2).node("Relu", {"x"}, "r").node("Clip", {"r", "", "hi"}, "y");
    CHECK(is_one_relu(upper, 2.0));
    OnnxBuilder halves({-1, 3}, 11);
    halves.scalar("lo", 0).scalar("hi", 2).node("Clip", {"x", "lo"}, "a").node("Clip", {"a", "", "hi"}, "y");
    CHECK(is_one_relu(halves, 2.0));
    OnnxBuilder old({-1, 3}, 6);
    old.node("Clip", {"x"}, "y").with_number("min", 0.0F);
    CHECK(is_one_relu(old));
}

TEST_CASE("Chosen elements, masked and summed, are one pool: adaptive pooling that does not divide") {
    // Windows {0, 1}, {1, 2, 3}, {3, 4} of five, by indices and a mask, as PyTorch writes it.
    for (const std::int64_t batch : {-1, 2}) {
        OnnxBuilder net({batch, 2, 5});
        auto& indices = *net.graph().add_initializer();
        indices.set_name("at");
        indices.set_data_type(7);
        for (const std::int64_t extent : {3, 3, 1}) indices.add_dims(extent);
        for (const std::int64_t i : {0, 1, 0, 1, 2, 3, 3, 4, 0}) indices.add_int64_data(i);
        net.constant("mask", {3, 3}, {0, 0, 1, 0, 0, 0, 0, 0, 1}).scalar("zero", 0);
        net.integers("0", {0}).integers("1", {1}).integers("2", {2}).constant("n", {3}, {2, 3, 2});
        net.node("Transpose", {"x"}, "t").with_list("perm", {2, 0, 1}).node("GatherND", {"t", "at"}, "g");
        net.node("Transpose", {"g"}, "u").with_list("perm", {2, 3, 0, 1}).node("Where", {"mask", "zero", "u"}, "m");
        for (const std::string i : {"0", "1", "2"}) net.node("Gather", {"m", i}, "s" + i).with("axis", 3);
        net.node("Add", {"s0", "s1"}, "a").node("Add", {"a", "s2"}, "b").integers("axes", {3});
        net.node("Squeeze", {"b", "axes"}, "q").node("Div", {"q", "n"}, "y");
        const Values expected = {1.5, 3, 4.5, 15, 30, 45};
        const Values found = output(net, {1, 2, 3, 4, 5, 10, 20, 30, 40, 50});
        REQUIRE(found.size() == 6);
        for (std::size_t i = 0; i < 6; ++i) CHECK(found[i] == doctest::Approx(expected[i]));
        CHECK(net.import().graph.nodes.size() <= 6);  // input, choice, pool, shape, scale
    }
}

TEST_CASE("ReduceSum over space is a mean times the number of elements") {
    OnnxBuilder old({-1, 2, 1, 2}, 12);
    old.node("ReduceSum", {"x"}, "y").with_list("axes", {2, 3}).with("keepdims", 0);
    CHECK(output(old, {1, 3, 10, 30}) == Values{4, 40});
    OnnxBuilder recent({-1, 2, 1, 2}, 13);
    recent.integers("axes", {-1, 1}).node("ReduceSum", {"x", "axes"}, "y");
    CHECK(output(recent, {1, 3, 10, 30}) == Values{44});
}

TEST_CASE("DequantizeLinear of a constant gives its values, for one scale or one along an axis") {
    const auto with_weights = [](int type, const std::vector<int>& values, const std::vector<int>& zero,
                                 const std::vector<float>& scale) {
        OnnxBuilder net({-1, 2});
        const auto add = [&](const std::string& name, const std::vector<int>& numbers, bool is_matrix) {
            auto& tensor = *net.graph().add_initializer();
            tensor.set_name(name);
            tensor.set_data_type(type);
            if (is_matrix) tensor.add_dims(2);
            if (is_matrix || numbers.size() > 1) tensor.add_dims(2);
            for (const int v : numbers) tensor.add_int32_data(v);
        };
        add("q", values, true);
        add("zero", zero, false);
        scale.size() == 1 ? net.scalar("scale", scale[0]) : net.constant("scale", {2}, scale);
        return net.node("DequantizeLinear", {"q", "scale", "zero"}, "w");
    };
    OnnxBuilder one = with_weights(3, {-128, 1, 127, 0}, {1}, {0.5F});
    one.node("MatMul", {"x", "w"}, "y");
    CHECK(output(one, {1, 0}) == Values{-64.5, 0});
    CHECK(output(one, {0, 1}) == Values{63, -0.5});
    OnnxBuilder columns = with_weights(2, {255, 1, 2, 0}, {5, 1}, {0.5F, 2.0F});
    columns.node("MatMul", {"x", "w"}, "y");
    CHECK(output(columns, {1, 1}) == Values{125 - 1.5, 0 - 2.0});
    OnnxBuilder rows = with_weights(2, {255, 1, 2, 0}, {5, 1}, {0.5F, 2.0F});
    rows.with("axis", 0).node("MatMul", {"x", "w"}, "y");
    CHECK(output(rows, {1, 1}) == Values{125 + 2, -2 - 2});
}

TEST_CASE("QuantizeLinear of a constant rounds it to what its type holds") {
    OnnxBuilder net({-1, 2});
    auto& zero = *net.graph().add_initializer();
    zero.set_name("zero");
    zero.set_data_type(3);
    zero.add_int32_data(1);
    net.constant("w", {2, 2}, {0.25F, 0.75F, -100.0F, 100.0F}).scalar("scale", 0.5F);
    net.node("QuantizeLinear", {"w", "scale", "zero"}, "q").node("DequantizeLinear", {"q", "scale", "zero"}, "d");
    net.node("MatMul", {"x", "d"}, "y");
    CHECK(output(net, {1, 0}) == Values{0, 1});
    CHECK(output(net, {0, 1}) == Values{-64.5, 63});
}

TEST_CASE("Quantisation of activations from 0 is a step activation, signed quantisation is refused by name") {
    const auto with_zero = [](int type, int zero) {
        OnnxBuilder net({-1, 2});
        auto& tensor = *net.graph().add_initializer();
        tensor.set_name("zero");
        tensor.set_data_type(type);
        tensor.add_int32_data(zero);
        net.scalar("scale", 0.5F).node("QuantizeLinear", {"x", "scale", "zero"}, "q");
        return net.node("DequantizeLinear", {"q", "scale", "zero"}, "y");
    };
    for (const auto& [type, zero] : {std::pair{2, 0}, {3, -128}}) {
        const OnnxBuilder net = with_zero(type, zero);
        const auto graph = net.import().graph;
        REQUIRE(graph.nodes.size() == 2);
        const auto& step = std::get<AnnStep>(graph.nodes[1].operation);
        CHECK(step.levels == 255);
        CHECK(step.threshold == Values{127.5});
        CHECK(step.shift == 0.5);
    }
    CHECK(with_zero(3, 0).refusal().find("(QuantizeLinear)") != std::string::npos);
}
