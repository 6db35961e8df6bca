#include "tests/unit/onnx/onnx_builder.hpp"

#include <doctest/doctest.h>

using namespace syncopate;
using support::OnnxBuilder;

namespace {

/// Name of the layer that the file's node became.
std::string layer(const OnnxImport& result, const std::string& node) {
    for (const auto& row : result.nodes) {
        if (row.name == node) return row.layer;
    }
    return "no node " + node;
}

/// Conv and Relu with the given names of nodes and weights.
OnnxImport conv_relu(const std::string& conv, const std::string& relu, const std::string& weights) {
    OnnxBuilder net({-1, 1, 2, 2});
    net.constant(weights, {1, 1, 1, 1}, {1}).node("Conv", {"x", weights}, "t").called(conv);
    return net.node("Relu", {"t"}, "y").called(relu).import();
}

}  // namespace

TEST_CASE("Names: a component that repeats the one before it replaces it") {
    const auto result = conv_relu("/layer1/layer1.0/conv1/Conv", "/layer1/layer1.0/a1/Relu", "onnx::Conv_1");
    CHECK(layer(result, "/layer1/layer1.0/conv1/Conv") == "layer1.0.conv1");
    CHECK(layer(result, "/layer1/layer1.0/a1/Relu") == "layer1.0.a1");
}

TEST_CASE("Names: a ReLU without a name of its own takes that of the layer that feeds it") {
    for (const char* relu : {"/Relu", "/Relu_3", "/relu/Relu", "/1/Relu", "Relu_7", ""}) {
        CAPTURE(relu);
        const auto result = conv_relu("/conv1/Conv", relu, "onnx::Conv_1");
        CHECK(result.graph.nodes[2].name == "conv1");
        CHECK(layer(result, "/conv1/Conv") == "conv1.linear");
        CHECK(result.graph.tensors[0].name == "conv1.weight");
    }
}

TEST_CASE("Names: parameters name the layers where nodes do not") {
    const auto result = conv_relu("node_Conv_12", "node_relu", "layer1.0.conv1.weight");
    CHECK(result.graph.nodes[1].name == "layer1.0.conv1.linear");
    CHECK(result.graph.nodes[2].name == "layer1.0.conv1");
}

TEST_CASE("Names: the scopes that PyTorch's newer exporter records name activations") {
    OnnxBuilder net({-1, 1, 2, 2});
    net.constant("c.weight", {1, 1, 1, 1}, {1}).node("Conv", {"x", "c.weight"}, "t").called("node_Conv_1");
    net.node("Relu", {"t"}, "y").called("node_relu");
    auto& entry = *net.last().add_metadata_props();
    entry.set_key("pkg.torch.onnx.name_scopes");
    entry.set_value("['', 'block', 'block.act1', 'relu']");
    const auto result = net.import();
    CHECK(layer(result, "node_relu") == "block.act1");
    CHECK(layer(result, "node_Conv_1") == "c");
}

TEST_CASE("Names: a residual sum's activation is called after the last layer of the main path") {
    OnnxBuilder net({-1, 1, 2, 2});
    net.constant("w", {1, 1, 1, 1}, {1});
    net.node("Conv", {"x", "w"}, "s").called("/b/shortcut/Conv").node("Conv", {"x", "w"}, "c").called("/b/conv1/Conv");
    net.node("Relu", {"c"}, "r").called("/b/relu/Relu").node("Conv", {"r", "w"}, "d").called("/b/conv2/Conv");
    net.node("Add", {"s", "d"}, "a").called("/b/Add").node("Relu", {"a"}, "y").called("/b/relu/Relu_1");
    const auto result = net.import();
    CHECK(layer(result, "/b/relu/Relu") == "b.conv1");
    CHECK(layer(result, "/b/relu/Relu_1") == "b.conv2");
    CHECK(layer(result, "/b/shortcut/Conv") == "b.shortcut");
    CHECK(layer(result, "/b/Add") == "b.add");
}

TEST_CASE("Names: are unique, and free of what separates names on the command line") {
    OnnxBuilder net({-1, 2});
    net.constant("w", {2, 2}, {1, 2, 3, 4}).node("MatMul", {"x", "w"}, "t").called("/a,b c:d/MatMul");
    net.node("Relu", {"t"}, "y").called("/x/Relu");
    const auto result = net.import();
    REQUIRE(result.graph.nodes.size() == 3);
    CHECK(result.graph.nodes[1].name == "a_b_c_d");
    CHECK(result.graph.nodes[2].name == "x_2");  // "x" is the input
}

TEST_CASE("Names: bytes that are no text do not reach messages and tables") {
    OnnxBuilder net({-1, 2});
    net.node("Relu", {"x"}, "y").called("a\xFF\n\xC3\xA9");
    CHECK(net.import().nodes[0].name == "a??\xC3\xA9");
}
