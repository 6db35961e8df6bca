// The networks in ../shared/data/models, which are not part of the project; without them these tests say so and pass.
#include "io/formats/data/npy.hpp"
#include "io/formats/onnx/import.hpp"
#include "tests/support/ann_evaluator.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <span>

using namespace syncopate;

namespace {

std::filesystem::path models() { return std::filesystem::path(SYNCOPATE_SOURCE_DIR) / "../shared/data/models"; }

std::vector<std::filesystem::path> importer_files() {
    std::vector<std::filesystem::path> files;
    if (!std::filesystem::is_directory(models() / "importer")) return files;
    for (const auto& entry : std::filesystem::directory_iterator(models() / "importer")) {
        if (entry.path().extension() == ".onnx") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

bool must_be_refused(const std::filesystem::path& file) { return file.filename().string().rfind("refuse_", 0) == 0; }

/// Largest difference from the outputs that PyTorch gave.
double worst_difference(const AnnGraph& graph, const std::filesystem::path& npz) {
    const NpzArchive archive(npz);
    const NumericArray inputs = archive.open("input");
    const std::vector<double> input = inputs.values();
    const std::vector<double> output = archive.open("output").values();
    const auto samples = static_cast<std::size_t>(inputs.dimensions().at(0));
    const std::size_t in = input.size() / samples;
    const std::size_t out = output.size() / samples;
    REQUIRE(static_cast<std::size_t>(graph.input_shape().size()) == in);
    REQUIRE(static_cast<std::size_t>(graph.output_shape().size()) == out);
    double worst = 0.0;
    for (std::size_t s = 0; s < samples; ++s) {
        const auto result = support::evaluate(graph, std::span(input).subspan(s * in, in));
        for (std::size_t i = 0; i < out; ++i) {
            const double difference = std::abs(result[i] - output[s * out + i]);
            worst = difference <= worst ? worst : difference;  // a NaN stays
        }
    }
    return worst;
}

/// "lenet_avg" of "lenet_avg.dynamo.onnx".
std::string network_of(const std::filesystem::path& file) {
    const std::string name = file.filename().string();
    return name.substr(0, name.find('.'));
}

std::set<std::string> activations(const AnnGraph& graph) {
    std::set<std::string> names;
    for (const auto& node : graph.nodes) {
        const bool fires =
            std::holds_alternative<AnnRelu>(node.operation) || std::holds_alternative<AnnStep>(node.operation);
        if (fires) names.insert(node.name);
    }
    return names;
}

}  // namespace

TEST_CASE("Networks of both PyTorch exporters import and reproduce PyTorch's outputs within 1e-4") {
    const auto files = importer_files();
    if (files.empty()) MESSAGE("../shared/data/models/importer is absent; nothing was compared");
    for (const auto& file : files) {
        if (must_be_refused(file)) continue;
        CAPTURE(file.filename().string());
        const OnnxImport result = import_onnx(file);
        CHECK(refusal_message(result) == "");
        if (result.is_refused()) continue;
        CHECK(worst_difference(result.graph, file.parent_path() / (network_of(file) + ".npz")) < 1e-4);
    }
}

TEST_CASE("Networks that cannot spike are refused with node, operator and remedy") {
    const std::map<std::string, std::vector<std::string>> expected = {
        {"refuse_groupnorm", {"(InstanceNormalization)", "use batch normalisation"}},
        {"refuse_leaky", {"(LeakyRelu)", "train with ReLU or QCFS"}},
        {"refuse_se", {"(Sigmoid)", "(Mul)", "one factor must be a constant"}},
        {"refuse_sigmoid", {"(Sigmoid)", "train with ReLU"}}};
    const auto files = importer_files();
    if (files.empty()) MESSAGE("../shared/data/models/importer is absent; nothing was refused");
    for (const auto& file : files) {
        if (!must_be_refused(file)) continue;
        CAPTURE(file.filename().string());
        const OnnxImport result = import_onnx(file);
        CHECK(result.graph.nodes.empty());
        const std::string message = refusal_message(result);
        for (const auto& part : expected.at(network_of(file))) CHECK(message.find(part) != std::string::npos);
    }
}

TEST_CASE("Both exporters' files of a network give the same layers under the same names") {
    const auto files = importer_files();
    if (files.empty()) MESSAGE("../shared/data/models/importer is absent; no names were compared");
    for (const auto& file : files) {
        if (must_be_refused(file) || file.string().find(".dynamo.") == std::string::npos) continue;
        CAPTURE(file.filename().string());
        const auto other = file.parent_path() / (network_of(file) + ".ts.onnx");
        CHECK(activations(import_onnx(file).graph) == activations(import_onnx(other).graph));
    }
}

TEST_CASE("The QCFS ResNet-20 has its 19 activations under the names of its modules, with eight levels") {
    const auto file = models() / "resnet20-cifar10-qcfs8.onnx";
    if (!std::filesystem::exists(file)) {
        MESSAGE("../shared/data/models is absent; nothing was compared");
        return;
    }
    const OnnxImport result = import_onnx(file);
    std::set<std::string> expected = {"a"};
    for (int block = 0; block < 9; ++block) {
        expected.insert("l." + std::to_string(block) + ".a1");
        expected.insert("l." + std::to_string(block) + ".a2");
    }
    CHECK(activations(result.graph) == expected);
    for (const auto& node : result.graph.nodes) {
        const auto* step = std::get_if<AnnStep>(&node.operation);
        if (step == nullptr) continue;
        CHECK(step->levels == 8);
        CHECK(step->shift == 0.5);
        CHECK(step->threshold.size() == 1);
    }
    CHECK(result.graph.nodes.back().name == "fc");
}

TEST_CASE("The public ResNet-20 has slices and pads as moves, names of its layers, and PyTorch's logits") {
    const auto file = models() / "resnet20-cifar10-relu.onnx";
    if (!std::filesystem::exists(file)) {
        MESSAGE("../shared/data/models is absent; nothing was compared");
        return;
    }
    const OnnxImport result = import_onnx(file);
    const auto names = activations(result.graph);
    CHECK(names.size() == 19);
    for (const char* name : {"conv1", "layer1.0.conv1", "layer1.0.conv2", "layer3.2.conv2"})
        CHECK(names.count(name) == 1);
    CHECK(result.nodes[0].multiply_accumulates ==
          94 * 94 * 3 * 16);  // 3·32 − 2 positions inside the frame on each axis
    const NpzArchive archive(models() / "../reference/resnet20-cifar10-relu.first16.npz");
    const std::vector<double> images = archive.open("image").values();
    const std::vector<double> expected = archive.open("logits").values();
    const auto logits = support::evaluate(result.graph, std::span(images).first(3072));
    REQUIRE(logits.size() == 10);
    for (std::size_t i = 0; i < 10; ++i) CHECK(std::abs(logits[i] - expected[i]) < 1e-4);
}
