// Damaged ONNX files: whatever the bytes, the import ends with a network, a refusal or an Error.
#include "core/error.hpp"
#include "io/onnx/import.hpp"
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
    for (std::uint32_t i = 0, count = 1 + random() % 8; i < count; ++i) {
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

}  // namespace

TEST_CASE("Damaged ONNX files end in a network, a refusal or an Error") {
    const support::TemporaryFolder folder;
    const auto file = folder.path() / "net.onnx";
    for (const std::string& original : originals()) {
        for (std::uint32_t seed = 0; seed < 2000; ++seed) {
            CAPTURE(seed);
            std::mt19937 random(seed);
            support::write_file(file, damaged(original, random));
            try {
                const OnnxImport result = import_onnx(file);
                CHECK(result.graph.nodes.empty() == result.is_refused());
            } catch (const Error& error) {
                CHECK(std::string(error.what()).find("net.onnx: ") != std::string::npos);
            }
        }
    }
}
