// Fingerprints of canonical spike trains, one line a network in tests/signature/signatures.txt. A commit that moves one
// says why in its message.
#include "core/spikes/signature.hpp"

#include "core/engine/engine.hpp"
#include "io/formats/data/dataset.hpp"
#include "io/formats/data/preprocess.hpp"
#include "io/formats/onnx/import.hpp"
#include "tests/support/random_network.hpp"
#include "topology/compiler/compile.hpp"
#include "topology/conversion/convert.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

using namespace syncopate;

namespace {

const std::filesystem::path source = SYNCOPATE_SOURCE_DIR;

std::map<std::string, std::string> expected_signatures() {
    std::map<std::string, std::string> expected;
    std::ifstream file(source / "tests/signature/signatures.txt");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string name, value;
        if (words >> name >> value && name[0] != '#') expected[name] = value;
    }
    return expected;
}

/// All spikes and the read-out's potentials of a sample, population by population within a window.
class SignatureRecorder final : public Observer {
public:
    explicit SignatureRecorder(const CompiledNetwork& network) : network_(network) {}
    void read_out(std::size_t, Tick tick, std::span<const Charge> potential) override {
        SpikeTrain train;
        for (const Charge v : potential) {
            train.times.push_back(tick);
            train.ids.push_back(static_cast<std::int32_t>(v));
            train.amplitudes.push_back(static_cast<std::int32_t>(v >> 32));
        }
        hash_ = signature(train, hash_);
    }
    void spikes(std::size_t population, const Window& window) override {
        SpikeTrain train;
        append_spikes(train, window, network_.populations[population].shape);
        hash_ = signature(train, hash_);
    }
    std::string hex() const {
        char text[24];
        std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash_));
        return text;
    }

private:
    const CompiledNetwork& network_;
    std::uint64_t hash_ = 14695981039346656037u;
};

std::string signature_of(const LayerGraph& graph, const std::vector<double>& input, Tick duration) {
    const CompiledNetwork network = compile(graph);
    const Engine engine(network);
    Workspace workspace = engine.make_workspace();
    const auto serial = make_serial_executor();
    SignatureRecorder recorder(network);
    const std::vector<std::int32_t> fixed = to_fixed_input(input);
    engine.run(workspace, {.input = fixed, .duration = duration, .key = {1, 0}}, *serial, recorder);
    return recorder.hex();
}

}  // namespace

TEST_SUITE("signature") {
    TEST_CASE("random networks keep their spike signatures") {
        const auto expected = expected_signatures();
        for (const std::uint64_t seed : {1u, 2u, 3u, 5u, 8u, 13u, 21u, 34u}) {
            const std::string name = "random-" + std::to_string(seed);
            CAPTURE(name);
            const RandomNetwork random = random_network(seed);
            REQUIRE(expected.contains(name));
            CHECK(signature_of(random.graph, random.input, 24) == expected.at(name));
        }
    }

    TEST_CASE("the demo's network keeps its spike signature") {
        const auto expected = expected_signatures();
        const OnnxImport import = import_onnx(source / "examples/networks/fashion-mnist-qcfs.onnx");
        ConversionOptions options;
        options.preprocessing = {.mean = {0.286}, .std = {0.353}, .stated = true};
        const LayerGraph graph = convert(import.graph, options).graph;
        const Dataset dataset = open_dataset({source / "examples/data/fashion-mnist-sample"});
        const Preprocessor preprocessor(dataset, graph.preprocessing, import.graph.input_shape());
        for (const std::int64_t image : {0, 7}) {
            const std::string name = "fashion-mnist-qcfs-" + std::to_string(image);
            CAPTURE(name);
            REQUIRE(expected.contains(name));
            CHECK(signature_of(graph, preprocessor.sample(image), 32) == expected.at(name));
        }
    }

    TEST_CASE("a signature tells order, time, neuron and amplitude apart") {
        const SpikeTrain train{{0, 1}, {4, 5}, {}};
        CHECK(signature(train) == signature({{0, 1}, {4, 5}, {1, 1}}));
        CHECK(signature(train) != signature({{1, 1}, {4, 5}, {}}));
        CHECK(signature(train) != signature({{0, 1}, {5, 4}, {}}));
        CHECK(signature(train) != signature({{0, 1}, {4, 5}, {1, -1}}));
        CHECK(signature({}) != signature(train));
    }
}
