// Operators whose attributes became inputs, or whose meaning changed, at the opsets where they did.
#include "core/error.hpp"
#include "io/formats/onnx/workspace.hpp"
#include "tests/unit/onnx/onnx_builder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <iterator>

using namespace syncopate;
using support::OnnxBuilder;

namespace {

using Values = std::vector<double>;
using List = std::vector<std::int64_t>;

struct Form {
    std::string name;
    std::vector<std::int64_t> opsets;
    std::function<void(OnnxBuilder&)> build;  // from x of 1×2×1×3, 0 … 5, to y
    Values expected;
};

const Values six = {0, 1, 2, 3, 4, 5};

std::vector<Form> forms() {
    return {
        {"Squeeze axes", {9, 12}, [](auto& n) { n.node("Squeeze", {"x"}, "y").with_list("axes", {2}); }, six},
        {"Squeeze input",
         {13, 21, 23},
         [](auto& n) {
             n.integers("axes", {-2}).node("Squeeze", {"x", "axes"}, "y");
         },
         six},
        {"Unsqueeze axes", {9, 12}, [](auto& n) { n.node("Unsqueeze", {"x"}, "y").with_list("axes", {4}); }, six},
        {"Unsqueeze input",
         {13, 23},
         [](auto& n) {
             n.integers("axes", {1}).node("Unsqueeze", {"x", "axes"}, "y");
         },
         six},
        {"ReduceMean axes",
         {9, 17},
         [](auto& n) { n.node("ReduceMean", {"x"}, "y").with_list("axes", {3}).with("keepdims", 0); },
         {1, 4}},
        {"ReduceMean input",
         {18, 23},
         [](auto& n) {
             n.integers("axes", {2, -1}).node("ReduceMean", {"x", "axes"}, "y");
         },
         {1, 4}},
        {"Clip attributes",
         {9, 10},
         [](auto& n) { n.node("Clip", {"x"}, "y").with_number("min", 0.0F).with_number("max", 3.0F); },
         {0, 1, 2, 3, 3, 3}},
        {"Clip inputs",
         {11, 13, 23},
         [](auto& n) {
             n.scalar("a", 0).scalar("b", 3).node("Clip", {"x", "a", "b"}, "y");
         },
         {0, 1, 2, 3, 3, 3}},
        {"Pad attributes",
         {9, 10},
         [](auto& n) {
             n.node("Pad", {"x"}, "y").with_list("pads", {0, 0, 0, 1, 0, 0, 0, 0});
         },
         {0, 0, 1, 2, 0, 3, 4, 5}},
        {"Pad inputs",
         {11, 13},
         [](auto& n) {
             n.integers("pads", {0, 0, 0, 1, 0, 0, 0, 0}).node("Pad", {"x", "pads"}, "y");
         },
         {0, 0, 1, 2, 0, 3, 4, 5}},
        {"Pad inputs with axes",
         {18, 23},
         [](auto& n) {
             n.integers("pads", {1, 0}).integers("a", {-1}).node("Pad", {"x", "pads", "", "a"}, "y");
         },
         {0, 0, 1, 2, 0, 3, 4, 5}},
        {"Slice attributes",
         {9},
         [](auto& n) {
             n.node("Slice", {"x"}, "y").with_list("starts", {1}).with_list("ends", {9}).with_list("axes", {3});
         },
         {1, 2, 4, 5}},
        {"Slice inputs",
         {10, 11, 13, 23},
         [](auto& n) {
             n.integers("s", {-1}).integers("e", {-9}).integers("a", {3}).integers("d", {-2});
             n.node("Slice", {"x", "s", "e", "a", "d"}, "y");
         },
         {2, 0, 5, 3}},
        {"Dropout attribute", {9, 11}, [](auto& n) { n.node("Dropout", {"x"}, "y").with_number("ratio", 0.5F); }, six},
        {"Dropout input",
         {12, 13, 22},
         [](auto& n) {
             n.scalar("r", 0.5F).node("Dropout", {"x", "r"}, "y");
         },
         six},
        {"Split attribute",
         {9, 12},
         [](auto& n) {
             n.node("Split", {"x"}, "unused").with_list("split", {1, 2}).with("axis", 3);
             n.last().add_output("y");
         },
         {1, 2, 4, 5}},
        {"Split input",
         {13, 17},
         [](auto& n) {
             n.integers("s", {1, 2}).node("Split", {"x", "s"}, "unused").with("axis", 3);
             n.last().add_output("y");
         },
         {1, 2, 4, 5}},
        {"Split into a number",
         {18, 23},
         [](auto& n) {
             n.node("Split", {"x"}, "y").with("num_outputs", 2).with("axis", 3);
             n.last().add_output("rest");
         },
         {0, 1, 3, 4}},
        {"Reshape with 0",
         {9, 14, 23},
         [](auto& n) {
             n.integers("shape", {0, -1}).node("Reshape", {"x", "shape"}, "y");
         },
         six},
        {"Reshape with allowzero",
         {14, 23},
         [](auto& n) {
             n.integers("shape", {1, 6}).node("Reshape", {"x", "shape"}, "y").with("allowzero", 1);
         },
         six},
        {"Flatten", {9, 13, 23}, [](auto& n) { n.node("Flatten", {"x"}, "y").with("axis", 1); }, six},
        {"Flatten from the back", {11, 23}, [](auto& n) { n.node("Flatten", {"x"}, "y").with("axis", -3); }, six},
    };
}

std::vector<Form> pool_forms() {
    return {
        {"AveragePool",
         {9, 11, 19, 22},
         [](auto& n) {
             n.node("AveragePool", {"x"}, "y").with_list("kernel_shape", {1, 3});
         },
         {1, 4}},
        {"AveragePool with dilations",
         {19, 22},
         [](auto& n) {
             n.node("AveragePool", {"x"}, "y").with_list("kernel_shape", {1, 3}).with_list("dilations", {1, 1});
         },
         {1, 4}},
    };
}

}  // namespace

TEST_CASE("Opsets: every form that exporters wrote from opset 9 to the newest gives the same") {
    std::vector<Form> all = forms();
    std::ranges::move(pool_forms(), std::back_inserter(all));
    for (const Form& form : all) {
        for (const std::int64_t opset : form.opsets) {
            CAPTURE(form.name);
            CAPTURE(opset);
            OnnxBuilder net({1, 2, 1, 3}, opset);
            form.build(net);
            CHECK(net.output(six) == form.expected);
        }
    }
}

TEST_CASE("Opsets: Softmax before 13 took all axes from its own on, later one axis") {
    for (const std::int64_t opset : {9, 11, 12}) {
        OnnxBuilder net({1, 2, 1, 3}, opset);
        net.node("Softmax", {"x"}, "y");
        CHECK(net.refusal() == "");
    }
    for (const std::int64_t opset : {13, 23}) {
        OnnxBuilder net({1, 2, 1, 3}, opset);
        net.node("Softmax", {"x"}, "y");
        CHECK(net.refusal().find("over all outputs of a sample") != std::string::npos);
        OnnxBuilder flat({1, 6}, opset);
        flat.node("Softmax", {"x"}, "y");
        CHECK(flat.refusal() == "");
    }
}

TEST_CASE("Opsets: resizing and dilated average pooling are refused by name") {
    OnnxBuilder upsample({1, 1, 2, 2}, 9);
    upsample.constant("s", {4}, {1, 1, 2, 2}).node("Upsample", {"x", "s"}, "y");
    CHECK(upsample.refusal().find("resizing feature maps") != std::string::npos);
    for (const std::int64_t opset : {10, 11, 13, 19, 23}) {
        OnnxBuilder resize({1, 1, 2, 2}, opset);
        resize.constant("s", {4}, {1, 1, 2, 2}).node("Resize", {"x", "", "s"}, "y");
        CHECK(resize.refusal().find("resizing feature maps") != std::string::npos);
    }
    OnnxBuilder dilated({1, 1, 1, 5}, 19);
    dilated.node("AveragePool", {"x"}, "y").with_list("kernel_shape", {1, 2}).with_list("dilations", {1, 2});
    CHECK(dilated.refusal().find("dilated average pooling") != std::string::npos);
}

TEST_CASE("Input: sizes that the file leaves open come from the caller and must not contradict it") {
    OnnxBuilder net({-1, 2, -1, -1});
    net.node("GlobalAveragePool", {"x"}, "y");
    const auto imported = [&](const List& shape) { return support::imported(net, {.shape = shape}); };
    CHECK(imported({2, 4, 6}).graph.input_shape() == Shape{2, 4, 6});
    CHECK_THROWS_WITH_AS(imported({}),
                         doctest::Contains("dimension 2 is not fixed; say which size your data have (--input-shape "
                                           "2xHxW, with numbers)"),
                         Error);
    CHECK_THROWS_WITH_AS(imported({3, 4, 6}),
                         doctest::Contains("--input-shape 3x4x6: the file fixes the network's input \"x\" to 2xHxW"),
                         UsageError);
    CHECK_THROWS_WITH_AS(imported({24}), doctest::Contains("takes samples of 3 dimensions (2xHxW)"), UsageError);
    OnnxBuilder fixed({4, 2, 3, 3});
    fixed.node("GlobalAveragePool", {"x"}, "y");
    CHECK(support::imported(fixed, {.shape = {2, 3, 3}}).graph.input_shape() == Shape{2, 3, 3});
    CHECK_THROWS_AS(support::imported(fixed, {.shape = {2, 3, 4}}), UsageError);
}

TEST_CASE("Constants made while importing count in bytes as long as they are held") {
    onnx::Budget budget(0);
    budget.allocate((std::int64_t{1} << 28) - 1, 4);
    CHECK_THROWS_WITH_AS(budget.allocate(2, 4), doctest::Contains("more than 1024 MB of intermediate data"), Error);
    onnx::Budget released(0);
    for (int i = 0; i < 8; ++i) {
        released.allocate(std::int64_t{1} << 27);
        released.release(std::int64_t{1} << 30);
    }
    CHECK_THROWS_AS(released.allocate(INT64_MAX), Error);
    OnnxBuilder filled({-1, 512});
    filled.integers("shape", {512, 512}).node("ConstantOfShape", {"shape"}, "w").node("MatMul", {"x", "w"}, "y");
    CHECK(filled.output(Values(512, 1.0)) == Values(512, 0.0));
}
