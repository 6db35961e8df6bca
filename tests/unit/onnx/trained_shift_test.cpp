// The shift that a step activation was trained with, wherever biases and scales are written before it.
#include "neurons/models/integrate_and_fire.hpp"
#include "tests/unit/onnx/onnx_builder.hpp"
#include "topology/conversion/convert.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace syncopate;
using support::OnnxBuilder;

namespace {

using Floats = std::vector<float>;

/// The ways in which training libraries write θ/L · clip(floor(x·L/θ + q), 0, L).
enum class Form { divided, scaled, clipped_first, bounded_first, straight_through, relu_first, ceil };

void append_step(OnnxBuilder& net, const std::string& from, const std::string& to, float threshold, float levels,
                 Form form = Form::divided) {
    net.scalar("theta", threshold).scalar("L", levels).scalar("zero", 0.0F).scalar("one", 1.0F);
    net.scalar("per", levels / threshold).scalar("height", threshold / levels);
    const auto round = [&](const std::string& x) {
        if (form == Form::ceil) {  // floor(x + q), written from the other side
            net.node("Neg", {x}, to + "n").node("Sub", {to + "n", "q"}, to + "3").node("Ceil", {to + "3"}, to + "m");
            net.node("Neg", {to + "m"}, to + "4");
            return;
        }
        net.node("Add", {x, "q"}, to + "3").node("Floor", {to + "3"}, to + "4");
    };
    const std::string end = form == Form::straight_through ? to + "8" : to;
    if (form == Form::scaled) {
        net.node("Mul", {from, "per"}, to + "2");
        round(to + "2");
        net.node("Clip", {to + "4", "zero", "L"}, to + "6").node("Mul", {to + "6", "height"}, to);
        return;
    }
    std::string x = from;
    if (form == Form::relu_first) net.node("Relu", {from}, to + "0").node("Min", {to + "0", "theta"}, x = to + "z");
    if (form == Form::bounded_first) net.node("Clip", {from, "zero", "theta"}, x = to + "0");
    net.node("Div", {x, "theta"}, to + "1");
    x = to + "1";
    if (form == Form::clipped_first) net.node("Clip", {to + "1", "zero", "one"}, x = to + "c");
    net.node("Mul", {x, "L"}, to + "2");
    round(to + "2");
    net.node("Div", {to + "4", "L"}, to + "5").node("Clip", {to + "5", "zero", "one"}, to + "6");
    net.node("Mul", {to + "6", "theta"}, end);
    if (form == Form::straight_through) net.node("Sub", {end, from}, to + "9").node("Add", {from, to + "9"}, to);
}

struct Converted {
    IntegrateAndFire neuron;
    std::vector<double> bias;
};

Converted converted(const OnnxBuilder& net) {
    const OnnxImport import = net.import();
    CAPTURE(refusal_message(import));
    REQUIRE_FALSE(import.is_refused());
    const Conversion conversion = convert(import.graph, {}, nullptr);
    REQUIRE(conversion.graph.populations.size() >= 2);
    const Population& population = conversion.graph.populations[1];
    return {(*population.model.as<IntegrateAndFire>()), population.bias};
}

OnnxBuilder with_read_out(const std::function<void(OnnxBuilder&)>& before, float threshold, float levels, Form form) {
    OnnxBuilder net({-1, 2});
    net.constant("W", {2, 2}, {1, 2, 3, 4}).constant("V", {2, 1}, {1, 1}).scalar("q", 0.25F);
    before(net);
    append_step(net, "h", "s", threshold, levels, form);
    net.node("MatMul", {"s", "V"}, "y");
    return net;
}

}  // namespace

TEST_CASE("A trained shift is v_init and the bias stays one, wherever the bias is written") {
    const std::vector<std::pair<std::string, std::function<void(OnnxBuilder&)>>> ways = {
        {"Gemm",
         [](OnnxBuilder& n) {
             n.constant("b", {2}, {0.5F, -0.25F}).node("Gemm", {"x", "W", "b"}, "h");
         }},
        {"MatMul, Add",
         [](OnnxBuilder& n) {
             n.constant("b", {2}, {0.5F, -0.25F}).node("MatMul", {"x", "W"}, "m").node("Add", {"m", "b"}, "h");
         }},
        {"MatMul, Add from the left",
         [](OnnxBuilder& n) {
             n.constant("b", {1, 2}, {0.5F, -0.25F}).node("MatMul", {"x", "W"}, "m").node("Add", {"b", "m"}, "h");
         }},
        {"MatMul, Sub",
         [](OnnxBuilder& n) {
             n.constant("b", {2}, {-0.5F, 0.25F}).node("MatMul", {"x", "W"}, "m").node("Sub", {"m", "b"}, "h");
         }},
        {"Gemm, then a second bias",
         [](OnnxBuilder& n) {
             n.constant("b", {2}, {0.25F, 0.0F}).constant("c", {2}, {0.25F, -0.25F});
             n.node("Gemm", {"x", "W", "b"}, "m").node("Add", {"m", "c"}, "h");
         }},
        {"normalised by Mul and Add",
         [](OnnxBuilder& n) {
             n.constant("g", {2}, {0.5F, 2.0F}).constant("b", {2}, {0.5F, -0.25F});
             n.node("MatMul", {"x", "W"}, "m").node("Mul", {"m", "g"}, "k").node("Add", {"k", "b"}, "h");
         }},
        {"normalised by Sub, Div, Mul, Add",
         [](OnnxBuilder& n) {
             n.constant("mean", {2}, {1.0F, -1.0F}).constant("deviation", {2}, {2.0F, 0.5F});
             n.constant("g", {2}, {0.5F, 0.25F}).constant("b", {2}, {0.75F, -0.75F});
             n.node("MatMul", {"x", "W"}, "m").node("Sub", {"m", "mean"}, "k").node("Div", {"k", "deviation"}, "l");
             n.node("Mul", {"l", "g"}, "o").node("Add", {"o", "b"}, "h");
         }},
        {"BatchNormalization",
         [](OnnxBuilder& n) {
             n.constant("g", {2}, {1, 1}).constant("b", {2}, {0.5F, -0.25F}).constant("mean", {2}, {0, 0});
             n.constant("variance", {2}, {1, 1}).node("MatMul", {"x", "W"}, "m");
             n.node("BatchNormalization", {"m", "g", "b", "mean", "variance"}, "h").with_number("epsilon", 0.0F);
         }},
    };
    for (const auto& [name, before] : ways) {
        for (const auto& [threshold, levels] : {std::pair{2.0F, 4.0F}, {1.0F, 4.0F}, {4.0F, 4.0F}, {1.0F, 1.0F}}) {
            for (const Form form : {Form::divided, Form::scaled, Form::clipped_first, Form::bounded_first,
                                    Form::straight_through, Form::relu_first, Form::ceil}) {
                CAPTURE(name);
                CAPTURE(threshold);
                CAPTURE(levels);
                CAPTURE(static_cast<int>(form));
                const Converted found = converted(with_read_out(before, threshold, levels, form));
                CHECK(found.neuron.v_init == 0.25);
                CHECK(found.neuron.v_threshold == std::vector<double>{threshold});
                CHECK(found.bias == std::vector<double>{0.5, -0.25});
            }
        }
    }
}

TEST_CASE("A trained shift that is no dyadic number is the one in the file, and so are threshold and bias") {
    OnnxBuilder net({-1, 2});
    net.constant("W", {2, 2}, {1, 2, 3, 4}).constant("V", {2, 1}, {1, 1}).constant("b", {2}, {0.1F, -0.3F});
    net.scalar("q", 0.3F).node("MatMul", {"x", "W"}, "m").node("Add", {"m", "b"}, "h");
    append_step(net, "h", "s", 0.7F, 49.0F);
    net.node("MatMul", {"s", "V"}, "y");
    const Converted found = converted(net);
    CHECK(found.neuron.v_init == static_cast<double>(0.3F));
    CHECK(found.neuron.v_threshold == std::vector<double>{static_cast<double>(0.7F)});
    CHECK(found.bias == std::vector<double>{static_cast<double>(0.1F), static_cast<double>(-0.3F)});
}

TEST_CASE("A bias of a convolution, and one for each element, leave the shift alone") {
    OnnxBuilder conv({-1, 1, 2, 2});
    conv.constant("W", {2, 1, 1, 1}, {1, 2}).constant("b", {1, 2, 1, 1}, {0.5F, -0.25F}).scalar("q", 0.75F);
    conv.node("Conv", {"x", "W"}, "m").node("Add", {"m", "b"}, "h");
    append_step(conv, "h", "s", 2.0F, 4.0F);
    conv.constant("V", {1, 2, 2, 2}, Floats(8, 1.0F)).node("Conv", {"s", "V"}, "y");
    const Converted by_channel = converted(conv);
    CHECK(by_channel.neuron.v_init == 0.75);
    CHECK(by_channel.bias == std::vector<double>{0.5, -0.25});
    OnnxBuilder elements({-1, 1, 2, 2});
    elements.constant("W", {1, 1, 1, 1}, {2}).constant("b", {2, 2}, {0.5F, -0.25F, 1.0F, 2.0F}).scalar("q", 0.75F);
    elements.node("Conv", {"x", "W"}, "m").node("Add", {"m", "b"}, "h");
    append_step(elements, "h", "s", 2.0F, 4.0F);
    elements.constant("V", {1, 1, 2, 2}, Floats(4, 1.0F)).node("Conv", {"s", "V"}, "y");
    const Converted by_element = converted(elements);
    CHECK(by_element.neuron.v_init == 0.75);
    CHECK(by_element.bias == std::vector<double>{0.5, -0.25, 1.0, 2.0});
}

TEST_CASE("Without an offset of its own a staircase has shift 0, and the Add before it is a bias") {
    for (const bool is_scaled : {true, false}) {
        CAPTURE(is_scaled);
        OnnxBuilder net({-1, 2});
        net.constant("W", {2, 2}, {1, 2, 3, 4}).constant("V", {2, 1}, {1, 1}).constant("b", {2}, {0.25F, 0.25F});
        net.scalar("zero", 0).scalar("four", 4).scalar("two", 2);
        net.node("MatMul", {"x", "W"}, "m").node("Add", {"m", "b"}, "h");
        if (is_scaled) net.node("Mul", {"h", "two"}, "k");
        net.node("Floor", {is_scaled ? "k" : "h"}, "f").node("Clip", {"f", "zero", "four"}, "c");
        net.node("Div", {"c", is_scaled ? "two" : "theta"}, "s").node("MatMul", {"s", "V"}, "y");
        net.scalar("theta", 1);
        const Converted found = converted(net);
        CHECK(found.neuron.v_init == 0.0);
        CHECK(found.bias == std::vector<double>{0.25, 0.25});
    }
}

TEST_CASE("A list of numbers added before the scale is a bias, even behind a layer that has one") {
    OnnxBuilder net({-1, 2});
    net.constant("W", {2, 2}, {1, 2, 3, 4}).constant("V", {2, 1}, {1, 1}).constant("b", {2}, {0, 1});
    net.constant("c", {2}, {0.25F, 0.0F}).scalar("zero", 0).scalar("four", 4).scalar("two", 2);
    net.node("Gemm", {"x", "W", "b"}, "m").node("Add", {"m", "c"}, "h").node("Mul", {"h", "two"}, "k");
    net.node("Floor", {"k"}, "f").node("Clip", {"f", "zero", "four"}, "l").node("Div", {"l", "two"}, "s");
    net.node("MatMul", {"s", "V"}, "y");
    const Converted found = converted(net);
    CHECK(found.neuron.v_init == 0.0);
    CHECK(found.bias == std::vector<double>{0.25, 1.0});
}

TEST_CASE("One number right behind the layer is a shift where there is no other") {
    OnnxBuilder net({-1, 2});
    net.constant("W", {2, 2}, {1, 2, 3, 4}).constant("V", {2, 1}, {1, 1}).scalar("half", 0.5F);
    net.scalar("zero", 0).scalar("four", 4).node("MatMul", {"x", "W"}, "m").node("Add", {"m", "half"}, "h");
    net.node("Floor", {"h"}, "f").node("Clip", {"f", "zero", "four"}, "s").node("MatMul", {"s", "V"}, "y");
    const Converted found = converted(net);
    CHECK(found.neuron.v_init == 0.5);
    CHECK(found.bias.empty());
}

TEST_CASE("Shifts that differ from channel to channel keep the step, and the table says so") {
    OnnxBuilder net({-1, 2});
    net.constant("W", {2, 2}, {1, 0, 0, 1}).constant("q", {2}, {0.25F, 0.75F}).constant("V", {2, 2}, {1, 0, 0, 1});
    net.node("MatMul", {"x", "W"}, "h");
    append_step(net, "h", "s", 2.0F, 4.0F);
    net.node("MatMul", {"s", "V"}, "y");
    const Converted found = converted(net);
    CHECK(found.neuron.v_init == 0.5);
    CHECK(found.bias == std::vector<double>{-0.125, 0.125});
    CHECK(net.output({0.374, 0.124})[0] == 0.0);
    CHECK(net.output({0.376, 0.126})[0] == 0.5);
    CHECK(net.output({0.376, 0.124})[1] == 0.0);
    CHECK(net.output({0.376, 0.126})[1] == 0.5);
    const OnnxImport import = net.import();
    CHECK(import.nodes[7].detail.find("shifts differ from channel to channel") != std::string::npos);
    CHECK(import.nodes[7].warning.find("is the step at T = 4 only") != std::string::npos);
}
