#include "core/error.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/onnx/onnx_builder.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace syncopate;
using support::check_equal;
using support::OnnxBuilder;

namespace {

using Values = std::vector<double>;
}  // namespace

TEST_CASE("Conv: stride, dilation and unequal padding of a one-dimensional signal") {
    OnnxBuilder net({-1, 1, 5});
    net.constant("w", {1, 1, 2}, {1.0F, 10.0F}).constant("b", {1}, {0.5F});
    net.node("Conv", {"x", "w", "b"}, "y")
        .with_list("pads", {1, 2})
        .with_list("strides", {2})
        .with_list("dilations", {2});
    // padded: 0 | 1 2 3 4 5 | 0 0; pairs two apart, starting at 0, 2, 4
    check_equal(net.output({1, 2, 3, 4, 5}), {0 + 20 + 0.5, 2 + 40 + 0.5, 4 + 0 + 0.5});
}

TEST_CASE("Conv: groups keep their own channels") {
    OnnxBuilder net({-1, 2, 1, 2});
    net.constant("w", {2, 1, 1, 1}, {3.0F, 5.0F});
    net.node("Conv", {"x", "w"}, "y").with("group", 2);
    check_equal(net.output({1, 2, 10, 20}), {3, 6, 50, 100});
}

TEST_CASE("Conv: SAME_UPPER puts the odd padding at the end, SAME_LOWER at the beginning") {
    for (const bool is_upper : {true, false}) {
        OnnxBuilder net({-1, 1, 4});
        net.constant("w", {1, 1, 2}, {1.0F, 10.0F});
        net.node("Conv", {"x", "w"}, "y").with_text("auto_pad", is_upper ? "SAME_UPPER" : "SAME_LOWER");
        check_equal(net.output({1, 2, 3, 4}), is_upper ? Values{21, 32, 43, 4} : Values{10, 21, 32, 43});
    }
}

TEST_CASE("AveragePool: count_include_pad decides about the divisor, ceil_mode about the last window") {
    OnnxBuilder net({-1, 1, 4});
    net.node("AveragePool", {"x"}, "y")
        .with_list("kernel_shape", {3})
        .with_list("strides", {2})
        .with_list("pads", {1, 0});
    net.with("ceil_mode", 1);
    check_equal(net.output({2, 4, 6, 8}), {(2 + 4) / 2.0, (4 + 6 + 8) / 3.0});
    net.with("count_include_pad", 1);
    check_equal(net.output({2, 4, 6, 8}), {(2 + 4) / 3.0, (4 + 6 + 8) / 3.0});
}

TEST_CASE("MaxPool: is imported, with its padding never the maximum") {
    OnnxBuilder net({-1, 1, 3});
    net.node("MaxPool", {"x"}, "y").with_list("kernel_shape", {2}).with_list("pads", {1, 0});
    check_equal(net.output({-5, -3, -4}), {-5, -3, -3});
}

TEST_CASE("ReduceMean: over space, over one axis, over channels") {
    OnnxBuilder space({-1, 2, 1, 2});
    space.node("ReduceMean", {"x"}, "y").with_list("axes", {2, 3}).with("keepdims", 0);
    check_equal(space.output({1, 3, 10, 30}), {2, 20});
    OnnxBuilder columns({-1, 1, 2, 2}, 18);
    columns.integers("axes", {-1}).node("ReduceMean", {"x", "axes"}, "y");
    check_equal(columns.output({1, 3, 10, 30}), {2, 20});
    OnnxBuilder channels({-1, 2, 1, 2});
    channels.node("ReduceMean", {"x"}, "y").with_list("axes", {1});
    check_equal(channels.output({1, 3, 10, 30}), {5.5, 16.5});
}

TEST_CASE("ReduceMax: over space, over one axis, over channels") {
    OnnxBuilder space({-1, 2, 1, 2});
    space.node("ReduceMax", {"x"}, "y").with_list("axes", {2, 3}).with("keepdims", 0);
    check_equal(space.output({1, 3, -10, -30}), {3, -10});
    OnnxBuilder columns({-1, 1, 2, 2}, 18);
    columns.integers("axes", {-1}).node("ReduceMax", {"x", "axes"}, "y");
    check_equal(columns.output({1, 3, 10, 30}), {3, 30});
    OnnxBuilder channels({-1, 2, 1, 2});
    channels.node("ReduceMax", {"x"}, "y").with_list("axes", {1});
    check_equal(channels.output({1, 30, 10, 3}), {10, 30});
}

TEST_CASE("Gemm: alpha, beta and a transposed weight matrix") {
    OnnxBuilder net({-1, 2});
    net.constant("w", {2, 3}, {1, 2, 3, 4, 5, 6}).constant("b", {1}, {10});
    net.node("Gemm", {"x", "w", "b"}, "y").with_number("alpha", 2.0F).with_number("beta", 0.5F);
    check_equal(net.output({1, 10}), {2 * 41 + 5, 2 * 52 + 5, 2 * 63 + 5});
    OnnxBuilder transposed({-1, 2});
    transposed.constant("w", {3, 2}, {1, 4, 2, 5, 3, 6}).node("Gemm", {"x", "w"}, "y").with("transB", 1);
    check_equal(transposed.output({1, 10}), {41, 52, 63});
}

TEST_CASE("MatMul: from the right at every position, from the left over the positions") {
    OnnxBuilder right({-1, 2, 2});
    right.constant("w", {2, 1}, {1, 10}).constant("b", {1}, {0.5F});
    right.node("MatMul", {"x", "w"}, "t").node("Add", {"t", "b"}, "y");
    check_equal(right.output({1, 2, 3, 4}), {21.5, 43.5});
    OnnxBuilder left({-1, 2, 2});
    left.constant("w", {1, 2}, {1, 10}).node("MatMul", {"w", "x"}, "y");
    check_equal(left.output({1, 2, 3, 4}), {31, 42});
}

TEST_CASE("BatchNormalization: becomes a factor and a bias for each channel") {
    OnnxBuilder net({-1, 2, 1, 1});
    net.constant("s", {2}, {2, 3}).constant("b", {2}, {1, 0}).constant("m", {2}, {4, 5}).constant("v", {2}, {4, 9});
    net.node("BatchNormalization", {"x", "s", "b", "m", "v"}, "y").with_number("epsilon", 0.0F);
    check_equal(net.output({6, 8}), {2 * (6 - 4) / 2.0 + 1, 3 * (8 - 5) / 3.0});
}

TEST_CASE("Slice: negative steps and ends beyond the axis, as inputs and as attributes") {
    OnnxBuilder net({-1, 1, 5});
    net.integers("start", {-1}).integers("end", {INT64_MIN}).integers("axis", {2}).integers("step", {-2});
    net.node("Slice", {"x", "start", "end", "axis", "step"}, "y");
    check_equal(net.output({1, 2, 3, 4, 5}), {5, 3, 1});
    OnnxBuilder old({-1, 1, 5}, 9);
    old.node("Slice", {"x"}, "y").with_list("starts", {1}).with_list("ends", {INT64_MAX}).with_list("axes", {2});
    check_equal(old.output({1, 2, 3, 4, 5}), {2, 3, 4, 5});
}

TEST_CASE("Moves: a channel shuffle, a pad and a slice reach a convolution in the right order") {
    OnnxBuilder net({-1, 4, 1, 1});
    net.integers("groups", {0, 2, 2, 1, 1}).integers("flat", {-1, 4, 1, 1}).integers("pads", {0, 1, 0, 0, 0, 0, 0, 0});
    net.node("Reshape", {"x", "groups"}, "g").node("Transpose", {"g"}, "t").with_list("perm", {0, 2, 1, 3, 4});
    net.node("Reshape", {"t", "flat"}, "s").node("Pad", {"s", "pads"}, "p");
    net.constant("w", {1, 5, 1, 1}, {1, 10, 100, 1000, 10000}).node("Conv", {"p", "w"}, "y");
    check_equal(net.output({1, 2, 3, 4}), {10 * 1 + 100 * 3 + 1000 * 2 + 10000 * 4});
}

TEST_CASE("Reshape: 0 copies a dimension, −1 takes the rest, allowzero makes 0 a zero") {
    OnnxBuilder net({-1, 2, 3});
    net.integers("shape", {0, -1}).node("Reshape", {"x", "shape"}, "y");
    CHECK(net.import().graph.output_shape() == Shape{6, 1, 1});
    net.with("allowzero", 1);
    CHECK_THROWS_WITH_AS(net.import(), doctest::Contains("does not hold the 6 elements"), Error);
}

TEST_CASE("Split and Concat: equal and stated parts, put together in another order") {
    OnnxBuilder net({-1, 3, 1});
    net.integers("lengths", {1, 2}).node("Split", {"x", "lengths"}, "a").with("axis", 1);
    net.last().add_output("b");
    net.node("Concat", {"b", "a"}, "y").with("axis", 1);
    check_equal(net.output({1, 2, 3}), {2, 3, 1});
}

TEST_CASE("Arithmetic: constants on either side, for each channel, and sums of several results") {
    OnnxBuilder net({-1, 2, 2});
    net.constant("c", {2, 1}, {10, 20}).scalar("two", 2);
    net.node("Sub", {"c", "x"}, "d").node("Div", {"d", "two"}, "h").node("Neg", {"x"}, "m");
    net.node("Sum", {"h", "m", "c"}, "s").node("Sub", {"s", "x"}, "y");
    const auto f = [](double c, double x) { return (c - x) / 2 - x + c - x; };
    check_equal(net.output({1, 2, 3, 4}), {f(10, 1), f(10, 2), f(20, 3), f(20, 4)});
}

TEST_CASE("Arithmetic: a constant that differs from element to element is a bias of every element") {
    OnnxBuilder net({-1, 1, 3});
    net.constant("c", {3}, {10, 20, 30}).node("Add", {"x", "c"}, "y");
    check_equal(net.output({1, 2, 3}), {11, 22, 33});
}

TEST_CASE("Clip: bounds of 0 and 6, as inputs, attributes, or Relu and Min, are one ReLU with a cap") {
    OnnxBuilder inputs({-1, 3});
    inputs.scalar("lo", 0).scalar("hi", 6).node("Clip", {"x", "lo", "hi"}, "y");
    OnnxBuilder attributes({-1, 3}, 6);
    attributes.node("Clip", {"x"}, "y").with_number("min", 0.0F).with_number("max", 6.0F);
    OnnxBuilder chain({-1, 3});
    chain.scalar("hi", 6).node("Relu", {"x"}, "r").node("Min", {"r", "hi"}, "y");
    for (const OnnxBuilder* net : {&inputs, &attributes, &chain}) {
        const auto graph = net->import().graph;
        REQUIRE(graph.nodes.size() == 2);
        CHECK(std::get<AnnRelu>(graph.nodes[1].operation).cap == Values{6});
    }
}

TEST_CASE("LogSoftmax: at the end it is kept, and its values are logarithms of probabilities") {
    OnnxBuilder net({-1, 2});
    net.node("LogSoftmax", {"x"}, "y").with("axis", 1);
    const double sum = std::log(std::exp(1.0) + std::exp(3.0));
    check_equal(net.output({1, 3}), {1 - sum, 3 - sum});
}

TEST_CASE("Shape arithmetic: what exporters write for a reshape is computed while importing") {
    OnnxBuilder net({-1, 2, 3});
    net.integers("zero", {0}).integers("one", {1}).integers("two", {2}).integers("axes", {0});
    net.node("Shape", {"x"}, "shape").node("Gather", {"shape", "zero"}, "n").node("Gather", {"shape", "one"}, "c");
    net.node("Gather", {"shape", "two"}, "l").node("Mul", {"c", "l"}, "size");
    net.node("Concat", {"n", "size"}, "target").with("axis", 0).node("Reshape", {"x", "target"}, "flat");
    net.constant("w", {6, 1}, {1, 10, 100, 1000, 10000, 100000}).node("MatMul", {"flat", "w"}, "y");
    check_equal(net.output({1, 2, 3, 4, 5, 6}), {654321});
}

TEST_CASE("Batch: a fixed one is as good as a dynamic one where samples stay apart") {
    OnnxBuilder net({2, 2, 2});
    net.integers("shape", {2, 4}).node("Transpose", {"x"}, "t").with_list("perm", {0, 2, 1});
    net.node("Reshape", {"t", "shape"}, "f").constant("w", {4, 1}, {1, 10, 100, 1000}).node("MatMul", {"f", "w"}, "y");
    check_equal(net.output({1, 2, 3, 4}), {4231});
}

TEST_CASE("Batch: what mixes samples is refused with the reason") {
    OnnxBuilder net({2, 3, 2});
    net.node("Transpose", {"x"}, "t").with_list("perm", {1, 0, 2}).integers("shape", {6, 2});
    net.node("Reshape", {"t", "shape"}, "y");
    CHECK(net.refusal().find("it merges the samples of a batch, which lie along axis 1") != std::string::npos);
    OnnxBuilder stored({2, 2});
    stored.constant("same", {2, 2}, {1, 2, 1, 2}).node("Add", {"x", "same"}, "y");
    check_equal(stored.output({1, 1}), {2, 3});
    OnnxBuilder differing({2, 2});
    differing.constant("other", {2, 2}, {1, 2, 1, 3}).node("Add", {"x", "other"}, "y");
    CHECK(differing.refusal().find("differs between the samples") != std::string::npos);
    OnnxBuilder chosen({2, 3, 2});
    chosen.integers("one", {1}).node("Gather", {"x", "one"}, "y").with("axis", 0);
    CHECK(chosen.refusal().find("it mixes the samples of a batch of 2") != std::string::npos);
    OnnxBuilder mean({-1, 3, 2});
    mean.node("ReduceMean", {"x"}, "y").with_list("axes", {0});
    CHECK(mean.refusal().find("mean over the batch") != std::string::npos);
}

TEST_CASE("Refusals: every unsupported node is named with operator, reason and remedy, and the graph is empty") {
    OnnxBuilder net({-1, 2});
    net.node("Sigmoid", {"x"}, "a").called("gate").node("Tanh", {"a"}, "b").called("squash");
    net.node("Mul", {"x", "b"}, "c").called("product").node("Unheard", {"c"}, "y").called("odd");
    const OnnxImport result = net.import();
    CHECK(result.is_refused());
    CHECK(result.graph.nodes.empty());
    const std::string message = refusal_message(result);
    for (const char* part : {"4 nodes are refused", "\"gate\" (Sigmoid)", "\"squash\" (Tanh)", "train with ReLU",
                             "\"product\" (Mul)", "one factor must be a constant", "\"odd\" (Unheard)"}) {
        CAPTURE(part);
        CHECK(message.find(part) != std::string::npos);
    }
}

TEST_CASE("Refusals: bounds, paddings and softmaxes that spikes cannot represent") {
    OnnxBuilder clip({-1, 2});
    clip.scalar("lo", -1).scalar("hi", 1).node("Clip", {"x", "lo", "hi"}, "y");
    CHECK(clip.refusal().find("bounds of -1 and 1") != std::string::npos);
    OnnxBuilder pad({-1, 1, 2});
    pad.integers("pads", {0, 0, 1, 0, 0, 0}).node("Pad", {"x", "pads"}, "y").with_text("mode", "reflect");
    CHECK(pad.refusal().find("padding mode \"reflect\"") != std::string::npos);
    OnnxBuilder softmax({-1, 2});
    softmax.node("Softmax", {"x"}, "p").node("Relu", {"p"}, "y");
    CHECK(softmax.refusal().find("possible at the end only") != std::string::npos);
    OnnxBuilder domain({-1, 2});
    domain.node("Gelu", {"x"}, "y").last().set_domain("com.example");
    CHECK(domain.refusal().find("domain \"com.example\"") != std::string::npos);
    OnnxBuilder control({-1, 2});
    control.node("If", {"x"}, "y");
    control.last().add_attribute()->mutable_g();
    CHECK(control.refusal().find("control flow is not supported") != std::string::npos);
}

TEST_CASE("Table: an unused branch is ignored, even where its operator is unknown") {
    OnnxBuilder net({-1, 2});
    net.node("Unheard", {"x"}, "unused").node("Relu", {"x"}, "y");
    const OnnxImport result = net.import();
    CHECK_FALSE(result.is_refused());
    CHECK(result.nodes[0].fate == NodeFate::ignored);
    CHECK(result.nodes[0].detail == "its result is not used");
    CHECK(result.nodes[1].fate == NodeFate::layer);
}

TEST_CASE("Order: nodes may stand in any order, and old files list initializers among the inputs") {
    OnnxBuilder net({-1, 2}, 8);
    net.node("Relu", {"t"}, "y").node("MatMul", {"x", "w"}, "t").constant("w", {2, 1}, {1, -1});
    net.graph().add_input()->set_name("w");
    check_equal(net.output({5, 3}), {2});
    check_equal(net.output({3, 5}), {0});
}

TEST_CASE("Unknown fields are skipped, so that files of later versions can be read") {
    OnnxBuilder net({-1, 1});
    net.node("Relu", {"x"}, "y");
    const TemporaryFolder folder;
    // Field 1000, a string, at the end of the model.
    const auto file = folder.write("net.onnx", net.bytes() + "\xC2\x3E\x03new");
    CHECK(import_onnx(file).graph.nodes.size() == 2);
}

TEST_CASE("Weights that two layers share are one tensor") {
    OnnxBuilder net({-1, 2});
    net.constant("w", {2, 2}, {1, 2, 3, 4})
        .node("MatMul", {"x", "w"}, "t")
        .node("Relu", {"t"}, "r")
        .node("MatMul", {"r", "w"}, "y");
    CHECK(net.import().graph.tensors.size() == 1);
    check_equal(net.output({1, 1}), {4 + 18, 8 + 24});
}
