// Damaged ONNX files: whatever the bytes, the import ends with a network, a refusal or an Error.
#include "core/error.hpp"
#include "io/formats/onnx/import.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/onnx/onnx_builder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <random>

using namespace syncopate;

namespace {

std::string file_bytes(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// A network with a convolution, a step activation, a residual sum, moves, pooling and a fully connected layer.
std::string small_network() {
    support::OnnxBuilder net({-1, 2, 4, 4});
    net.constant("w", {2, 2, 1, 1}, {1, 0.5F, -0.25F, 2})
        .constant("b", {2}, {0.5F, 0})
        .constant("f", {8, 3}, std::vector<float>(24, 0.1F));
    net.scalar("th", 2).scalar("four", 4).scalar("half", 0.5F).scalar("zero", 0).integers("shape", {0, -1});
    net.node("Conv", {"x", "w", "b"}, "c").with_list("kernel_shape", {1, 1}).with_list("pads", {0, 0, 0, 0});
    net.node("Div", {"c", "th"}, "d").node("Mul", {"d", "four"}, "e").node("Add", {"e", "half"}, "g");
    net.node("Floor", {"g"}, "h").node("Clip", {"h", "zero", "four"}, "i").node("Mul", {"i", "half"}, "j");
    net.node("Add", {"j", "c"}, "k").node("Transpose", {"k"}, "l").with_list("perm", {0, 1, 3, 2});
    net.node("AveragePool", {"l"}, "m").with_list("kernel_shape", {2, 2}).with_list("strides", {2, 2});
    net.node("Reshape", {"m", "shape"}, "n").node("Gemm", {"n", "f"}, "y").with_number("alpha", 0.5F);
    return net.bytes();
}

std::vector<std::string> originals() {
    std::vector<std::string> files = {small_network()};
    const auto folder = std::filesystem::path(SYNCOPATE_SOURCE_DIR) / "../shared/data/models/importer";
    for (const char* name : {"refuse_leaky.ts.onnx", "conv1d.ts.onnx", "shuffle.ts.onnx", "avg_padded.ts.onnx"}) {
        if (std::filesystem::exists(folder / name)) files.push_back(file_bytes(folder / name));
    }
    if (files.size() == 1) MESSAGE("../shared/data/models/importer is absent; only a network made here is damaged");
    return files;
}

/// One to eight bytes changed, and now and then some inserted, removed or repeated.
std::string damaged(std::string bytes, std::mt19937& random) {
    const auto position = [&] { return random() % bytes.size(); };
    for (auto i = 1 + random() % 8; i > 0; --i) {
        bytes[position()] = static_cast<char>(random() % 4 == 0 ? 0xFF : random());
    }
    const std::uint32_t kind = random() % 8;
    const std::size_t from = position();
    const std::size_t length = random() % 32;
    if (kind == 0) bytes.erase(from, length);
    if (kind == 1) bytes.insert(from, bytes.substr(position(), length));
    if (kind == 2) bytes.resize(std::max<std::size_t>(from, 1));
    return bytes;
}

std::int64_t odd_number(std::mt19937& random) {
    const std::vector<std::int64_t> numbers = {
        0, 1, -1, 2, -2, 3, 7, 64, -9, 16, 5, 4, INT64_MAX, INT64_MIN, 1 << 24, (std::int64_t{1} << 33) + 1};
    return numbers[random() % numbers.size()];
}

/// A name that some node of the graph, or the graph itself, uses.
std::string some_value(const syncopate_onnx::GraphProto& graph, std::mt19937& random) {
    const auto& node = graph.node(static_cast<int>(random() % static_cast<std::uint32_t>(graph.node_size())));
    if (node.input_size() > 0 && random() % 2 == 0) {
        return node.input(static_cast<int>(random() % static_cast<std::uint32_t>(node.input_size())));
    }
    return node.output_size() > 0 ? node.output(0) : "x";
}

std::string some_operator(std::mt19937& random) {
    const std::vector<std::string> operators = {"Conv",
                                                "Gemm",
                                                "MatMul",
                                                "Add",
                                                "Sub",
                                                "Mul",
                                                "Div",
                                                "Relu",
                                                "Clip",
                                                "Floor",
                                                "Round",
                                                "Ceil",
                                                "Min",
                                                "Max",
                                                "Sum",
                                                "Neg",
                                                "AveragePool",
                                                "MaxPool",
                                                "GlobalAveragePool",
                                                "GlobalMaxPool",
                                                "ReduceMean",
                                                "Flatten",
                                                "Reshape",
                                                "Squeeze",
                                                "Unsqueeze",
                                                "Transpose",
                                                "Slice",
                                                "Gather",
                                                "Pad",
                                                "Tile",
                                                "Expand",
                                                "Split",
                                                "Concat",
                                                "Shape",
                                                "Size",
                                                "Cast",
                                                "CastLike",
                                                "Range",
                                                "ConstantOfShape",
                                                "Where",
                                                "Identity",
                                                "Softmax",
                                                "LogSoftmax",
                                                "BatchNormalization",
                                                "Sigmoid",
                                                "If",
                                                "Constant",
                                                "ReduceProd",
                                                "Pow",
                                                "Equal",
                                                "Mod"};
    return operators[random() % operators.size()];
}

/// A node's operator, a wire, an attribute or a constant changed into something that still parses.
void bend(syncopate_onnx::GraphProto& graph, std::mt19937& random) {
    auto& node = *graph.mutable_node(static_cast<int>(random() % static_cast<std::uint32_t>(graph.node_size())));
    const auto pick = [&](int count) { return static_cast<int>(random() % static_cast<std::uint32_t>(count)); };
    switch (random() % 8) {
        case 0:
            node.set_op_type(some_operator(random));
            break;
        case 1:
            if (node.input_size() > 0) node.set_input(pick(node.input_size()), some_value(graph, random));
            break;
        case 2:
            node.add_input(some_value(graph, random));
            break;
        case 3:
            for (auto& attribute : *node.mutable_attribute()) {
                if (attribute.ints_size() > 0) attribute.set_ints(pick(attribute.ints_size()), odd_number(random));
                attribute.set_i(odd_number(random));
            }
            break;
        case 4: {
            auto& attribute = *node.add_attribute();
            const std::vector<std::string> names = {"axis",      "axes", "pads",  "group",
                                                    "ceil_mode", "perm", "split", "to"};
            attribute.set_name(names[random() % names.size()]);
            attribute.set_i(odd_number(random));
            for (auto i = random() % 5; i > 0; --i) attribute.add_ints(odd_number(random));
            break;
        }
        case 5: {
            if (graph.initializer_size() == 0) break;
            auto& tensor = *graph.mutable_initializer(pick(graph.initializer_size()));
            if (tensor.dims_size() > 0) tensor.set_dims(pick(tensor.dims_size()), odd_number(random));
            for (auto& value : *tensor.mutable_int64_data()) value = odd_number(random);
            break;
        }
        case 6: {
            auto& shape = *graph.mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
            if (shape.dim_size() > 0) shape.mutable_dim(pick(shape.dim_size()))->set_dim_value(odd_number(random));
            break;
        }
        default:
            node.set_output(0, some_value(graph, random));
            break;
    }
}

/// Imports the bytes; anything but a network, a refusal or an Error that names the file fails the test.
void check_import(const TemporaryFolder& folder, const std::string& bytes) {
    const auto file = folder.write("net.onnx", bytes);
    try {
        const OnnxImport result = import_onnx(file);
        CHECK(result.graph.nodes.empty() == result.is_refused());
    } catch (const Error& error) {
        CHECK(std::string(error.what()).find("net.onnx: ") != std::string::npos);
    }
}

}  // namespace

TEST_CASE("Damaged ONNX files end in a network, a refusal or an Error") {
    const TemporaryFolder folder;
    for (const std::string& original : originals()) {
        for (std::uint32_t seed = 0; seed < 2000; ++seed) {
            CAPTURE(seed);
            std::mt19937 random(seed);
            check_import(folder, damaged(original, random));
        }
    }
}

TEST_CASE("Bent ONNX graphs, which still parse, end in a network, a refusal or an Error") {
    const TemporaryFolder folder;
    for (const std::string& original : originals()) {
        for (std::uint32_t seed = 0; seed < 3000; ++seed) {
            CAPTURE(seed);
            std::mt19937 random(seed);
            syncopate_onnx::ModelProto model;
            REQUIRE(model.ParseFromString(original));
            for (auto i = 1 + random() % 4; i > 0; --i) bend(*model.mutable_graph(), random);
            check_import(folder, model.SerializeAsString());
        }
    }
}
