#include "core/error.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/onnx/onnx_builder.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cstring>

using namespace syncopate;
using support::OnnxBuilder;

namespace {

/// The message of the error that the import throws; fails the test if there is none.
std::string error_of(const OnnxBuilder& net) {
    try {
        net.import();
    } catch (const Error& error) {
        const std::string message = error.what();
        CHECK(message.find("net.onnx: ") != std::string::npos);  // every message begins with the file
        return message;
    }
    FAIL("nothing was thrown");
    return {};
}

void check_error(const OnnxBuilder& net, const std::string& part) {
    const std::string message = error_of(net);
    CAPTURE(message);
    CHECK(message.find(part) != std::string::npos);
}

std::string error_of_file(const std::filesystem::path& file) {
    try {
        import_onnx(file);
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was thrown";
}

OnnxBuilder relu(const std::vector<std::int64_t>& dims) {
    OnnxBuilder net(dims);
    net.node("Relu", {"x"}, "y");
    return net;
}

template <class Number>
std::string raw(const std::vector<Number>& values) {
    std::string bytes(values.size() * sizeof(Number), '\0');
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

}  // namespace

TEST_CASE("Files that are missing, folders, empty, garbage or cut short are named with what is wrong") {
    const TemporaryFolder folder;
    CHECK(error_of_file(folder / "none.onnx").find("none.onnx: no such file") != std::string::npos);
    CHECK(error_of_file(folder / "").find("is not a regular file") != std::string::npos);
    const auto file = folder.write("net.onnx", "");
    CHECK(error_of_file(file).find("net.onnx: is not an ONNX model") != std::string::npos);
    folder.write("net.onnx", "version https://git-lfs.github.com/spec/v1\n");
    CHECK(error_of_file(file).find("is not an ONNX model") != std::string::npos);
    OnnxBuilder net({-1, 3});
    net.constant("w", {3, 2}, {1, 2, 3, 4, 5, 6}).node("MatMul", {"x", "w"}, "t").node("Relu", {"t"}, "y");
    const std::string bytes = net.bytes();
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        folder.write("net.onnx", bytes.substr(0, length));
        CAPTURE(length);
        CHECK(error_of_file(file) != "nothing was thrown");
    }
}

TEST_CASE("Graphs without nodes, opset, input or output, or with several of them, are refused") {
    OnnxBuilder empty({-1, 2});
    check_error(empty, "the graph has no nodes");
    OnnxBuilder no_opset = relu({-1, 2});
    no_opset.model().clear_opset_import();
    check_error(no_opset, "states no version of ONNX's operator set");
    OnnxBuilder no_input = relu({-1, 2});
    no_input.graph().clear_input();
    check_error(no_input, "the network has 0 inputs");
    OnnxBuilder two_outputs = relu({-1, 2});
    two_outputs.graph().add_output()->set_name("x");
    check_error(two_outputs, "the network has 2 outputs (\"y\", \"x\"); export it with exactly one");
    OnnxBuilder two_inputs = relu({-1, 2});
    *two_inputs.graph().add_input() = two_inputs.graph().input(0);
    two_inputs.graph().mutable_input(1)->set_name("mask");
    check_error(two_inputs, "the network has 2 inputs (\"x\", \"mask\")");
}

TEST_CASE("Inputs of impossible or unknown dimensions are named with what to do") {
    check_error(relu({-1, 3, -1, 8}), "input \"x\": dimension 2 is not fixed");
    check_error(relu({-1, 3, -5}), "dimension -5 must not be negative");
    check_error(relu({-1, 0}), "dimension 1 is not fixed");
    check_error(relu({5}), "it must be a batch");
    check_error(relu({1, 1, 2, 3, 4}), "it must be a batch");
    check_error(relu({1, INT64_MAX, INT64_MAX}), "2^26 elements");
    check_error(relu({1, 1 << 20, 1 << 10, 1 << 10}), "2^26 elements");
    check_error(relu({INT64_MAX, 2}), "a batch of 9223372036854775807 is too large");
    OnnxBuilder untyped = relu({-1, 2});
    untyped.graph().mutable_input(0)->clear_type();
    check_error(untyped, "input \"x\" is not a tensor with a stated shape");
}

TEST_CASE("Wiring: cycles, doubled names and values from nowhere are refused with the nodes' names") {
    OnnxBuilder cycle({-1, 2});
    cycle.node("Add", {"x", "b"}, "a")
        .called("first")
        .node("Relu", {"a"}, "b")
        .called("second")
        .node("Relu", {"b"}, "y");
    const std::string message = error_of(cycle);
    CHECK(message.find("the graph has a cycle: ") != std::string::npos);
    CHECK(message.find("\"first\" -> ") != std::string::npos);
    CHECK(message.find("\"second\"") != std::string::npos);
    OnnxBuilder self({-1, 2});
    self.node("Add", {"x", "y"}, "y");
    check_error(self, "the graph has a cycle: \"n0\" -> \"n0\"");
    OnnxBuilder doubled({-1, 2});
    doubled.node("Relu", {"x"}, "y").node("Relu", {"x"}, "y");
    check_error(doubled, "node \"n1\" (\"Relu\"): its output \"y\" is produced a second time");
    OnnxBuilder shadow({-1, 2});
    shadow.constant("y", {1}, {1}).node("Relu", {"x"}, "y");
    check_error(shadow, "is produced a second time");
    OnnxBuilder nowhere({-1, 2});
    nowhere.node("Relu", {"z"}, "y");
    check_error(nowhere, "its input \"z\" is not produced by any node");
    OnnxBuilder no_output({-1, 2});
    no_output.node("Relu", {"x"}, "z");
    check_error(no_output, "the output \"y\" is not produced by any node");
    OnnxBuilder missing({-1, 2});
    missing.node("Conv", {"x"}, "y");
    check_error(missing, "node \"n0\" (\"Conv\"): input 1 is missing");
    OnnxBuilder constant({-1, 2});
    constant.constant("c", {1}, {1}).node("Relu", {"c"}, "y");
    check_error(constant, "does not depend on the input");
}

TEST_CASE("Tensors whose data contradict their dimensions are refused before anything is allocated") {
    const auto with_tensor = [](std::vector<std::int64_t> dims, const std::string& bytes, int type) {
        OnnxBuilder net = relu({-1, 2});
        auto& tensor = *net.graph().add_initializer();
        tensor.set_name("w");
        tensor.set_data_type(type);
        for (const std::int64_t extent : dims) tensor.add_dims(extent);
        tensor.set_raw_data(bytes);
        return net;
    };
    check_error(with_tensor({3}, "12345678", 1), "tensor \"w\": holds 8 bytes, its dimensions [3] need 12");
    check_error(with_tensor({1 << 30, 2, 1}, "1234", 1), "holds 4 bytes, its dimensions");
    check_error(with_tensor({INT64_MAX, INT64_MAX}, "1234", 1), "are refused");
    check_error(with_tensor({-1}, "1234", 1), "dimensions [-1] are refused");
    check_error(with_tensor({0, -7}, "", 1), "are refused");
    check_error(with_tensor({1}, "1234", 8), "element type 8 cannot be read");
    check_error(with_tensor({1}, "1234", 999), "element type 999 cannot be read");
    OnnxBuilder few = relu({-1, 2});
    few.constant("w", {1000000000}, {1.0F, 2.0F});
    check_error(few, "tensor \"w\": holds 2 values, its dimensions need 1000000000");
    OnnxBuilder sparse = relu({-1, 2});
    sparse.graph().add_sparse_initializer()->mutable_values()->set_name("w");
    check_error(sparse, "stored as a sparse initializer");
}

TEST_CASE("Tensors: all element types, as bytes and as fields, give the same numbers") {
    struct Case {
        int type;
        std::string bytes;
    };
    const std::vector<Case> cases = {
        {1, raw<float>({1.0F, -2.0F})},
        {11, raw<double>({1.0, -2.0})},
        {10, raw<std::uint16_t>({0x3C00, 0xC000})},
        {16, raw<std::uint16_t>({0x3F80, 0xC000})},
        {6, raw<std::int32_t>({1, -2})},
        {7, raw<std::int64_t>({1, -2})},
        {5, raw<std::int16_t>({1, -2})},
        {3, raw<std::int8_t>({1, -2})},
    };
    const auto sum_with = [](const auto& fill, int type) {
        OnnxBuilder net({-1, 2});
        auto& tensor = *net.graph().add_initializer();
        tensor.set_name("c");
        tensor.set_data_type(type);
        tensor.add_dims(2);
        fill(tensor);
        return net.node("Add", {"x", "c"}, "y").output({10, 10});
    };
    const std::vector<double> expected = {11, 8};
    for (const auto& c : cases) {
        CAPTURE(c.type);
        CHECK(sum_with([&](auto& tensor) { tensor.set_raw_data(c.bytes); }, c.type) == expected);
    }
    const auto as_int32 = [](std::int32_t a, std::int32_t b) {
        return [a, b](auto& tensor) { tensor.add_int32_data(a), tensor.add_int32_data(b); };
    };
    CHECK(sum_with(as_int32(0x3C00, 0xC000), 10) == expected);
    CHECK(sum_with(as_int32(0x3F80, 0xC000), 16) == expected);
    CHECK(sum_with(as_int32(1, -2), 3) == expected);
    CHECK(sum_with([](auto& tensor) { tensor.add_double_data(1), tensor.add_double_data(-2); }, 11) == expected);
    CHECK(sum_with([](auto& tensor) { tensor.add_int64_data(1), tensor.add_int64_data(-2); }, 7) == expected);
    // Half-precision numbers below the normal range: 2^-24 and −2^-15.
    const auto tiny = sum_with(as_int32(0x0001, 0x8200), 10);
    CHECK(tiny[0] == 10 + 0x1p-24);
    CHECK(tiny[1] == 10 - 0x1p-15);
}

TEST_CASE("External data come from inside the model's folder only") {
    const TemporaryFolder outer;
    const auto folder = outer / "model";
    std::filesystem::create_directory(folder);
    const auto secret = outer.write("secret", raw<float>({1, 2}));
    outer.write("model/data", std::string(4, '\0') + raw<float>({3, 4}));
    std::filesystem::create_symlink(secret, folder / "link");
    const auto import_with = [&](const std::string& location, const std::string& offset, const std::string& length) {
        OnnxBuilder net({-1, 2});
        auto& tensor = *net.graph().add_initializer();
        tensor.set_name("c");
        tensor.set_data_type(1);
        tensor.add_dims(2);
        tensor.set_data_location(1);
        const std::vector<std::pair<std::string, std::string>> entries = {
            {"location", location}, {"offset", offset}, {"length", length}};
        for (const auto& [key, value] : entries) {
            if (value.empty()) continue;
            auto& entry = *tensor.add_external_data();
            entry.set_key(key);
            entry.set_value(value);
        }
        net.node("Add", {"x", "c"}, "y");
        return error_of_file(outer.write("model/net.onnx", net.bytes()));
    };
    CHECK(import_with("data", "4", "8") == "nothing was thrown");
    const auto graph = import_onnx(folder / "net.onnx").graph;
    CHECK(std::get<AnnLinear>(graph.nodes[1].operation).bias == std::vector<double>{3, 4});

    const auto refused = [&](const std::string& location, const std::string& part, const std::string& offset = "",
                             const std::string& length = "") {
        const std::string message = import_with(location, offset, length);
        CAPTURE(message);
        CHECK(message.find("net.onnx: tensor \"c\"") != std::string::npos);
        CHECK(message.find(part) != std::string::npos);
    };
    refused("../secret", "must lie in the model's own folder");
    refused(secret.string(), "must lie in the model's own folder");
    refused("", "must lie in the model's own folder");
    refused("sub/../../secret", "must lie in the model's own folder");
    refused("link", "is a link that leaves the folder");
    refused("absent", "is missing beside the model");
    refused(".", "is missing beside the model");
    refused("data", "ends before byte 8 + 8", "8");
    refused("data", "ends before byte 18446744073709551615 + 8", "18446744073709551615");
    refused("data", "offset \"-4\" is not a number of bytes", "-4");
    refused("data", "external data have 12 bytes, its dimensions need 8", "0", "12");
}

TEST_CASE("Nodes with impossible attributes are refused by name") {
    OnnxBuilder rank({-1, 3, 4, 4});
    rank.constant("w", {1, 3}, {1, 2, 3}).node("Conv", {"x", "w"}, "y");
    check_error(rank, "weights of dimensions [1, 3] do not fit");
    OnnxBuilder groups({-1, 3, 4, 4});
    groups.constant("w", {1, 3, 1, 1}, {1, 2, 3}).node("Conv", {"x", "w"}, "y").with("group", 0);
    check_error(groups, "in 0 groups do not fit an input of 3 channels");
    const auto with_window = [](const char* attribute, std::vector<std::int64_t> values) {
        OnnxBuilder net({-1, 1, 4, 4});
        net.constant("w", {1, 1, 2, 2}, {1, 2, 3, 4}).node("Conv", {"x", "w"}, "y").with_list(attribute, values);
        return net;
    };
    check_error(with_window("strides", {0, 1}), "stride 0, must be between 1 and 2^24");
    check_error(with_window("strides", {1}), "strides [1] has 1 entries, needs 2");
    check_error(with_window("dilations", {INT64_MAX, 1}), "must be between 1 and 2^24");
    check_error(with_window("pads", {-1, 0, 0, 0}), "pad -1, must be between 0 and 2^24");
    check_error(with_window("pads", {1 << 24, 1 << 24, 1 << 24, 1 << 24}), "2^26 elements");
    check_error(with_window("dilations", {4, 4}), "does not fit into 4");
    OnnxBuilder pool({-1, 1, 4});
    pool.node("AveragePool", {"x"}, "y").with_list("kernel_shape", {2}).with_list("pads", {3, 0});
    check_error(pool, "lies wholly in the padding");
    OnnxBuilder variance({-1, 1});
    variance.constant("one", {1}, {1}).constant("v", {1}, {-1});
    variance.node("BatchNormalization", {"x", "one", "one", "one", "v"}, "y");
    check_error(variance, "variance -1.000000 of channel 0 plus epsilon must be greater than 0");
    OnnxBuilder infinite({-1, 1});
    infinite.constant("w", {1, 1}, {std::bit_cast<float>(0x7FC00000U)}).node("MatMul", {"x", "w"}, "y");
    check_error(infinite, "hold a value that is not finite");
    OnnxBuilder zero({-1, 1});
    zero.scalar("c", 0).node("Div", {"x", "c"}, "y");
    check_error(zero, "it divides by 0");
    OnnxBuilder sum({-1, 3});
    sum.constant("c", {2}, {1, 2}).node("Add", {"x", "c"}, "y");
    check_error(sum, "do not fit together");
}

TEST_CASE("Little files that ask for much are refused quickly and without the memory they ask for") {
    OnnxBuilder fill({-1, 2});
    fill.integers("shape", {1 << 20, 1 << 20}).node("ConstantOfShape", {"shape"}, "c").node("Add", {"x", "c"}, "y");
    check_error(fill, "too large or impossible");
    OnnxBuilder expand({-1, 2});
    expand.integers("shape", {1, 1 << 20, 1 << 20}).node("Expand", {"x", "shape"}, "y");
    CHECK_FALSE(error_of(expand).empty());
    OnnxBuilder tile({-1, 2});
    tile.integers("repeats", {1, INT64_MAX}).node("Tile", {"x", "repeats"}, "y");
    check_error(tile, "repeats");
    OnnxBuilder range({-1, 2});
    range.scalar("a", 0)
        .scalar("b", 1e30F)
        .scalar("d", 1)
        .node("Range", {"a", "b", "d"}, "c")
        .node("Add", {"x", "c"}, "y");
    check_error(range, "the range is too long");
    OnnxBuilder pad({-1, 1, 2});
    pad.integers("pads", {0, 0, INT64_MAX, 0, 0, INT64_MIN}).node("Pad", {"x", "pads"}, "y");
    check_error(pad, "are too large");
    OnnxBuilder doubling({-1, 1, 1 << 10});
    std::string last = "x";
    for (int i = 0; i < 40; ++i) {
        const std::string next = i == 39 ? "y" : "d" + std::to_string(i);
        doubling.node("Concat", {last, last}, next).with("axis", 1);
        last = next;
    }
    check_error(doubling, "2^26 elements");
}

TEST_CASE("Long and tangled chains of element-wise operators are imported in bounded time") {
    OnnxBuilder chain({-1, 2});
    chain.scalar("c", 1.0F / 64).node("Relu", {"x"}, "t0");
    for (int i = 0; i < 5000; ++i) chain.node("Add", {"t" + std::to_string(i), "c"}, "t" + std::to_string(i + 1));
    chain.node("Relu", {"t5000"}, "y");
    CHECK(chain.output({0, 1})[1] == doctest::Approx(1.0 + 5000.0 / 64));
    // Every sum uses the one before it twice: 2^60 paths.
    OnnxBuilder tangle({-1, 1});
    tangle.scalar("c", 0.5F).node("Floor", {"x"}, "t0");
    for (int i = 0; i < 60; ++i) {
        tangle.node("Add", {"t" + std::to_string(i), "t" + std::to_string(i)}, "s" + std::to_string(i));
        tangle.node("Mul", {"s" + std::to_string(i), "c"}, "t" + std::to_string(i + 1));
    }
    tangle.node("Relu", {"t60"}, "y");
    CHECK(tangle.refusal().find("(Floor)") != std::string::npos);
}
