#include "core/error.hpp"
#include "io/formats/data/npy.hpp"
#include "io/formats/onnx/import.hpp"
#include "topology/conversion/ann_inference.hpp"
#include "topology/conversion/convert.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

using namespace syncopate;

namespace {

namespace fs = std::filesystem;

const fs::path data_folder = fs::path(SYNCOPATE_SOURCE_DIR) / ".." / "shared" / "data";

std::vector<float> floats_of(const NumericArray& array) {
    const std::vector<double> values = array.values();
    return {values.begin(), values.end()};
}

/// Logits of all samples in `inputs`.
std::vector<float> infer(const AnnGraph& graph, const std::vector<float>& inputs, Arithmetic arithmetic) {
    const AnnInference inference(graph, {arithmetic, 0, {}});
    InferenceWorkspace workspace = inference.make_workspace();
    const auto in = static_cast<std::size_t>(graph.input_shape().size());
    const auto out = static_cast<std::size_t>(graph.output_shape().size());
    const std::size_t samples = inputs.size() / in;
    std::vector<float> outputs(samples * out);
    for (std::size_t first = 0; first < samples; first += inference.batch()) {
        const std::size_t count = std::min(inference.batch(), samples - first);
        inference.run(workspace, std::span(inputs).subspan(first * in, count * in),
                      std::span(outputs).subspan(first * out, count * out));
    }
    return outputs;
}

void check_parity(const AnnGraph& graph, const NumericArray& input, const NumericArray& output) {
    const std::vector<float> expected = floats_of(output);
    for (const Arithmetic arithmetic : {Arithmetic::fast, Arithmetic::ordered}) {
        const std::vector<float> found = infer(graph, floats_of(input), arithmetic);
        REQUIRE(found.size() == expected.size());
        float difference = 0.0F;
        for (std::size_t i = 0; i < found.size(); ++i) {
            const float error = std::abs(found[i] - expected[i]);
            if (!(error <= difference)) difference = error;
        }
        CHECK(difference <= 1e-4F);
    }
}

/// Samples in memory.
class InputSource final : public SampleSource {
public:
    InputSource(std::vector<float> values, std::size_t size) : values_(std::move(values)), size_(size) {}
    std::size_t count() const override { return values_.size() / size_; }
    void read(std::size_t index, std::span<float> sample) const override {
        std::copy_n(values_.begin() + static_cast<std::ptrdiff_t>(index * size_), size_, sample.begin());
    }

private:
    std::vector<float> values_;
    std::size_t size_;
};

/// Converts with data-based thresholds where the network has ReLUs.
Conversion converted(const AnnGraph& graph, const NumericArray& input) {
    const InputSource source(floats_of(input), static_cast<std::size_t>(graph.input_shape().size()));
    const Calibration calibration = Calibrator(graph).measure(source);
    return convert(graph, {}, &calibration);
}

}  // namespace

TEST_CASE(
    "imported networks: outputs are PyTorch's within 1e-4, as they are and with max pooling arranged, and all "
    "convert") {
    const fs::path folder = data_folder / "models" / "importer";
    if (!fs::exists(folder)) {
        MESSAGE("left out: no networks of PyTorch's exporters in ../shared/data");
        return;
    }
    int networks = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (entry.path().extension() != ".onnx" || name.rfind("refuse_", 0) == 0) continue;
        CAPTURE(name);
        ++networks;
        const NpzArchive arrays(folder / (name.substr(0, name.find('.')) + ".npz"));
        const AnnGraph graph = import_onnx(entry.path()).graph;
        REQUIRE(!graph.nodes.empty());
        check_parity(graph, arrays.open("input"), arrays.open("output"));
        const AnnGraph arranged = arrange_max_pools(graph, {}).graph;
        check_parity(arranged, arrays.open("input"), arrays.open("output"));
        const Conversion found = converted(arranged, arrays.open("input"));
        CHECK(found.layers.size() == activation_nodes(graph).size());
        CHECK(found.pools.size() == (name.rfind("lenet_max", 0) == 0 ? 2 : 0));
    }
    CHECK(networks == 30);
}

TEST_CASE("imported networks: the public ResNet-20 gives PyTorch's logits and 19 populations with two-path adds") {
    const fs::path model = data_folder / "models" / "resnet20-cifar10-relu.onnx";
    if (!fs::exists(model)) {
        MESSAGE("left out: no ResNet-20 in ../shared/data");
        return;
    }
    const NpzArchive arrays(data_folder / "reference" / "resnet20-cifar10-relu.first16.npz");
    const AnnGraph graph = import_onnx(model).graph;
    const Conversion conversion = converted(graph, arrays.open("image"));
    CHECK(conversion.layers.size() == 19);
    CHECK(conversion.graph.populations.size() == 21);
    CHECK(conversion.graph.projections.size() == 1 + 18 + 9 + 1);
    check_parity(graph, arrays.open("image"), arrays.open("logits"));
}
