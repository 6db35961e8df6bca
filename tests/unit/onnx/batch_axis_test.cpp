// Networks in which the samples of a batch do not always lie along the first axis.
#include "core/error.hpp"
#include "tests/support/ann_evaluator.hpp"
#include "tests/unit/onnx/onnx_builder.hpp"

#include <doctest/doctest.h>

using namespace syncopate;
using support::check_equal;
using support::OnnxBuilder;

namespace {

using Values = std::vector<double>;

}  // namespace

TEST_CASE("Transpose and a Gemm with transA cancel, for any batch") {
    for (const std::int64_t batch : {-1, 1, 2, 3}) {
        CAPTURE(batch);
        OnnxBuilder net({batch, 2});
        net.constant("w", {2, 3}, {1, 2, 3, 4, 5, 6}).constant("b", {3}, {0.5F, 1, 2});
        net.node("Transpose", {"x"}, "t").with_list("perm", {1, 0});
        net.node("Gemm", {"t", "w", "b"}, "y").with("transA", 1);
        check_equal(net.output({1, 10}), {41.5, 53, 65});
        OnnxBuilder turned({batch, 2});
        turned.constant("w", {3, 2}, {1, 4, 2, 5, 3, 6}).node("Transpose", {"x"}, "t");
        turned.node("Gemm", {"t", "w"}, "y").with("transA", 1).with("transB", 1);
        check_equal(turned.output({1, 10}), {41, 52, 63});
    }
}

TEST_CASE("Weights from the left act on samples that are columns") {
    for (const std::int64_t batch : {-1, 3}) {
        CAPTURE(batch);
        OnnxBuilder gemm({batch, 2});
        gemm.constant("w", {3, 2}, {1, 4, 2, 5, 3, 6}).constant("b", {3, 1}, {0.5F, 1, 2});
        gemm.node("Gemm", {"w", "x", "b"}, "t")
            .with("transB", 1)
            .node("Transpose", {"t"}, "y")
            .with_list("perm", {1, 0});
        check_equal(gemm.output({1, 10}), {41.5, 53, 65});
        OnnxBuilder product({batch, 2});
        product.constant("w", {3, 2}, {1, 4, 2, 5, 3, 6}).node("Transpose", {"x"}, "t").node("MatMul", {"w", "t"}, "p");
        product.node("Relu", {"p"}, "r").constant("v", {1, 3}, {1, 10, 100}).node("MatMul", {"v", "r"}, "y");
        check_equal(product.output({1, 10}), {41 + 520 + 6300});
    }
}

TEST_CASE("A transposed batch goes through element-wise operations with its own constants") {
    for (const std::int64_t batch : {-1, 2}) {
        OnnxBuilder net({batch, 2});
        net.constant("c", {2, 1}, {10, 20}).node("Transpose", {"x"}, "t").node("Add", {"t", "c"}, "a");
        net.node("Relu", {"a"}, "r").node("Transpose", {"r"}, "y");
        check_equal(net.output({1, -30}), {11, 0});
    }
}

TEST_CASE("What would mix samples is refused, whether the batch is fixed or not") {
    for (const std::int64_t batch : {-1, 1, 2}) {
        CAPTURE(batch);
        OnnxBuilder gemm({batch, 2});
        gemm.constant("w", {2, 2}, {1, 2, 3, 4}).node("Gemm", {"x", "w"}, "y").with("transA", 1);
        CHECK(gemm.refusal().find("mix the samples of a batch") != std::string::npos);
        OnnxBuilder product({batch, 4});
        product.constant("w", {1, 3}, {1, 2, 3}).node("Transpose", {"x"}, "t");
        if (batch == 1) product.node("MatMul", {"t", "w"}, "y");
        if (batch == 1) CHECK(product.refusal().find("along axis 1") != std::string::npos);
        OnnxBuilder channels({batch, 3});
        channels.integers("axes", {0}).node("Unsqueeze", {"x", "axes"}, "u").constant("w", {1, 1, 1}, {2});
        channels.node("Conv", {"u", "w"}, "y");
        CHECK(channels.refusal().find("along axis 1") != std::string::npos);
        OnnxBuilder images({batch, 2, 2, 2});
        images.node("Transpose", {"x"}, "t").with_list("perm", {1, 0, 2, 3});
        images.node("GlobalAveragePool", {"t"}, "y");
        CHECK(images.refusal().find("along axis 1") != std::string::npos);
        OnnxBuilder sum({batch, 2});
        sum.node("Transpose", {"x"}, "t").integers("axes", {2}).node("Unsqueeze", {"t", "axes"}, "u");
        sum.node("Unsqueeze", {"x", "axes"}, "v").node("Transpose", {"v"}, "w").with_list("perm", {1, 2, 0});
        if (batch == 1)
            CHECK(sum.node("Add", {"u", "w"}, "y").refusal().find("it would mix them") != std::string::npos);
    }
}

TEST_CASE("Squeeze without axes drops a dynamic batch as little as a runtime would") {
    OnnxBuilder net({-1, 1, 3});
    net.node("Squeeze", {"x"}, "s").constant("w", {3, 1}, {1, 10, 100}).node("MatMul", {"s", "w"}, "y");
    check_equal(net.output({1, 2, 3}), {321});
}

TEST_CASE("Channels last: a leading transpose belongs to the first layer, and a sample has the file's own layout") {
    OnnxBuilder net({-1, 2, 2, 3});  // N×H×W×C
    net.constant("w", {1, 3, 1, 1}, {1, 10, 100});
    net.node("Transpose", {"x"}, "t").with_list("perm", {0, 3, 1, 2}).node("Conv", {"t", "w"}, "c");
    net.node("Transpose", {"c"}, "y").with_list("perm", {0, 2, 3, 1});
    check_equal(net.output({1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2}), {321, 654, 987, 210});
    CHECK(net.import().graph.input_shape() == Shape{2, 2, 3});
}

TEST_CASE("Channels last, if the user says so, become channels first, without any move of elements") {
    OnnxBuilder net({-1, 1, 2, 3});  // N×H×W×C
    net.constant("w", {1, 3, 1, 1}, {1, 10, 100}).node("Transpose", {"x"}, "t").with_list("perm", {0, 3, 1, 2});
    net.node("Conv", {"t", "w"}, "y");
    const OnnxImport import = support::imported(net, {.is_channels_last = true});
    CHECK(import.graph.input_shape() == Shape{3, 1, 2});
    CHECK(import.graph.nodes.size() == 2);
    check_equal(support::evaluate(import.graph, Values{1, 4, 2, 5, 3, 6}), {321, 654});
    OnnxBuilder flat({-1, 6});
    CHECK_THROWS_WITH_AS(support::imported(flat.node("Relu", {"x"}, "y"), {.is_channels_last = true}),
                         doctest::Contains("images are N×H×W×C"), UsageError);
}
