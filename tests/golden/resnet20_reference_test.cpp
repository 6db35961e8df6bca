// The reference network against a float64 simulation of it (256 CIFAR-10 test images, T = 32).
#include "core/engine/engine.hpp"
#include "io/formats/data/dataset.hpp"
#include "io/formats/data/npy.hpp"
#include "io/formats/data/preprocess.hpp"
#include "io/formats/onnx/import.hpp"
#include "topology/compiler/compile.hpp"
#include "topology/conversion/convert.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

using namespace syncopate;

namespace {

const std::filesystem::path shared = std::filesystem::path(SYNCOPATE_SOURCE_DIR) / "../shared/data";
constexpr Tick T = 32;
constexpr std::int64_t images = 256;
constexpr std::int64_t classes = 10;

/// Mean logits after each tick of one image, in the network's units.
class LogitRecorder final : public Observer {
public:
    explicit LogitRecorder(const CompiledNetwork& network) : network_(network) {}
    void read_out(std::size_t population, Tick tick, std::span<const Charge> potential) override {
        for (const Charge v : potential)
            logits.push_back(from_charge(v, network_.populations[population].fraction_bits) / (tick + 1));
    }
    std::vector<double> logits;  // [tick][class]

private:
    const CompiledNetwork& network_;
};

/// What the engine gives on the 256 images.
struct Measured {
    std::vector<double> logits;                  // [tick][image][class]
    std::map<std::string, std::int64_t> spikes;  // by population
};

Measured simulate(const LayerGraph& graph, const Preprocessor& preprocessor) {
    const CompiledNetwork network = compile(graph);
    const Engine engine(network);
    const auto executor = make_thread_executor(hardware_threads());
    std::vector<Workspace> workspaces;
    for (int w = 0; w < executor->concurrency(); ++w) workspaces.push_back(engine.make_workspace());
    Measured measured;
    measured.logits.resize(static_cast<std::size_t>(T * images * classes));
    std::vector<std::vector<std::int64_t>> spikes(workspaces.size(),
                                                  std::vector<std::int64_t>(network.populations.size(), 0));
    executor->for_each(images, [&](int worker, std::int64_t image) {
        const auto w = static_cast<std::size_t>(worker);
        const std::vector<std::int32_t> input = to_fixed_input(preprocessor.sample(image));
        LogitRecorder recorder(network);
        const auto serial = make_serial_executor();
        engine.run(workspaces[w], {.input = input, .duration = T, .key = {}}, *serial, recorder);
        for (std::int64_t t = 0; t < T; ++t) {
            std::copy_n(recorder.logits.begin() + t * classes, classes,
                        measured.logits.begin() + (t * images + image) * classes);
        }
        for (std::size_t p = 0; p < network.populations.size(); ++p) {
            for (const std::int32_t count : workspaces[w].populations[p].spike_counts) spikes[w][p] += count;
        }
    });
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        for (const auto& own : spikes) measured.spikes[network.populations[p].name] += own[p];
    }
    return measured;
}

/// Shares of (tick, image) pairs with the same class, and of logits within 0.02.
struct Agreement {
    double same_class = 0.0;
    double close_logits = 0.0;
};

Agreement compare(const std::vector<double>& own, const std::vector<double>& reference) {
    std::int64_t same = 0, close = 0;
    for (std::int64_t k = 0; k < T * images; ++k) {
        const auto a = own.begin() + k * classes, b = reference.begin() + k * classes;
        same += std::max_element(a, a + classes) - a == std::max_element(b, b + classes) - b ? 1 : 0;
        for (std::int64_t c = 0; c < classes; ++c) close += std::abs(a[c] - b[c]) <= 0.02 ? 1 : 0;
    }
    return {static_cast<double>(same) / (T * images), static_cast<double>(close) / (T * images * classes)};
}

}  // namespace

TEST_SUITE("slow") {
    TEST_CASE("QCFS ResNet-20 repeats its float64 reference as far as a chaotic network can") {
        if (!std::filesystem::exists(shared / "reference/resnet20-cifar10-qcfs8.first256.npz")) {
            MESSAGE("../shared/data is absent: the comparison with the float64 reference is left out");
            return;
        }
        const NpzArchive reference(shared / "reference/resnet20-cifar10-qcfs8.first256.npz");
        const std::vector<double> expected = reference.open("snn_logits").values();
        const OnnxImport import = import_onnx(shared / "models/resnet20-cifar10-qcfs8.onnx");
        ConversionOptions options;
        options.preprocessing = {.mean = {0.485, 0.456, 0.406}, .std = {0.229, 0.224, 0.225}, .stated = true};
        LayerGraph graph = convert(import.graph, options).graph;
        const Dataset dataset = open_dataset({shared / "cifar10/test_batch.bin"});
        const Preprocessor preprocessor(dataset, graph.preprocessing, import.graph.input_shape());
        for (const std::int32_t bits : {24, 20, 16, 8}) {
            for (Population& population : graph.populations) population.fraction_bits = bits;
            const Measured measured = simulate(graph, preprocessor);
            const Agreement agreement = compare(measured.logits, expected);
            MESSAGE(bits << " fraction bits: same class " << 100.0 * agreement.same_class << " %, logits within 0.02 "
                         << 100.0 * agreement.close_logits << " %");
            if (bits != 24) continue;
            CHECK(agreement.same_class >= 0.996);
            CHECK(agreement.close_logits >= 0.75);
            for (const std::string& name : reference.names()) {
                if (name.rfind("spikes.", 0) != 0) continue;
                CAPTURE(name);
                double sum = 0.0;
                for (const double count : reference.open(name).values()) sum += count;
                REQUIRE(measured.spikes.contains(name.substr(7)));
                CHECK(std::abs(static_cast<double>(measured.spikes.at(name.substr(7))) - sum) <= 0.001 * sum);
            }
        }
    }
}
