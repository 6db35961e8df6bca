// The engine on a real network: images and synaptic events a second, all threads, input encoded beforehand.
// QCFS ResNet-20 on CIFAR-10 where ../shared/data has them, else the demo's network on the shipped sample of
// Fashion-MNIST.
#include "core/engine/engine.hpp"
#include "io/formats/data/dataset.hpp"
#include "io/formats/data/preprocess.hpp"
#include "io/formats/onnx/import.hpp"
#include "io/version.hpp"
#include "topology/compiler/compile.hpp"
#include "topology/conversion/convert.hpp"
#include "topology/edits.hpp"

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <memory>

namespace {

using namespace syncopate;

constexpr std::int64_t images = 64;

struct Workload {
    LayerGraph graph;
    std::vector<std::vector<std::int32_t>> inputs;
    std::string name;
};

/// The network as converted, or with every layer edited.
struct Variant {
    const char* name;
    const char* neurons = nullptr;
    const char* relays = nullptr;
    bool coalesces = true;
};
constexpr Variant variants[] = {{"engine"},
                                {"engine/tpp", "tpp"},
                                {"engine/tpp, not coalesced", "tpp", nullptr, false},
                                {"engine/accumulate", "accumulate"},
                                {"engine/permute", nullptr, "permute"},
                                {"engine/permute:shared", nullptr, "permute:shared"}};

LayerGraph edited(LayerGraph graph, const Variant& variant) {
    for (const PopulationIndex layer : firing_layers(graph)) {
        if (variant.neurons != nullptr) replace_neurons(graph, layer, parse_neuron_choice(variant.neurons));
        if (variant.relays != nullptr) insert_relay(graph, layer, parse_rearrangement(variant.relays));
    }
    return graph;
}

class Nobody final : public Observer {
public:
    bool wants_spikes(std::size_t) const override { return false; }
};

Workload load(const std::filesystem::path& onnx, const std::filesystem::path& data,
              const Preprocessing& preprocessing) {
    const OnnxImport import = import_onnx(onnx);
    ConversionOptions options;
    options.preprocessing = preprocessing;
    Workload workload{convert(import.graph, options).graph, {}, onnx.filename().string()};
    const Dataset dataset = open_dataset({data});
    const Preprocessor preprocessor(dataset, preprocessing, import.graph.input_shape());
    for (std::int64_t i = 0; i < images; ++i) workload.inputs.push_back(to_fixed_input(preprocessor.sample(i)));
    return workload;
}

const Workload& workload() {
    static const Workload loaded = [] {
        const std::filesystem::path source = SYNCOPATE_SOURCE_DIR, shared = source / "../shared/data";
        if (std::filesystem::exists(shared / "models/resnet20-cifar10-qcfs8.onnx")) {
            return load(shared / "models/resnet20-cifar10-qcfs8.onnx", shared / "cifar10/test_batch.bin",
                        {.mean = {0.485, 0.456, 0.406}, .std = {0.229, 0.224, 0.225}, .stated = true});
        }
        return load(source / "examples/networks/fashion-mnist-qcfs.onnx", source / "examples/data/fashion-mnist-sample",
                    {.mean = {0.286}, .std = {0.353}, .stated = true});
    }();
    return loaded;
}

void run_engine(benchmark::State& state, const Variant& variant) {
    const Workload& load = workload();
    const CompiledNetwork network = compile(edited(load.graph, variant));
    const Engine engine(network, {.plan = {.coalesces = variant.coalesces}});
    const auto executor = make_tbb_executor(static_cast<int>(state.range(1)));
    std::vector<Workspace> workspaces;
    for (int w = 0; w < executor->concurrency(); ++w) workspaces.push_back(engine.make_workspace());
    std::atomic<std::int64_t> operations = 0;
    for (auto _ : state) {
        executor->for_each(images, [&](int worker, std::int64_t image) {
            Workspace& workspace = workspaces[static_cast<std::size_t>(worker)];
            const auto serial = make_serial_executor();
            Nobody nobody;
            engine.run(workspace,
                       {.input = load.inputs[static_cast<std::size_t>(image)],
                        .duration = static_cast<Tick>(state.range(0)),
                        .key = {}},
                       *serial, nobody);
            operations += engine.synaptic_operations(workspace);
        });
    }
    state.SetItemsProcessed(state.iterations() * images);
    state.counters["synaptic_events/s"] =
        benchmark::Counter(static_cast<double>(operations), benchmark::Counter::kIsRate);
    state.SetLabel(load.name);
}

}  // namespace

int main(int argc, char** argv) {
    std::printf("%s, %d threads; items are images\n", syncopate::processor().c_str(), syncopate::hardware_threads());
    for (const Variant& variant : variants) {
        for (const std::int64_t duration : {4, 8, 32}) {
            for (const std::int64_t threads : {std::int64_t{1}, std::int64_t{syncopate::hardware_threads()}}) {
                benchmark::RegisterBenchmark(variant.name, run_engine, variant)
                    ->Args({duration, threads})
                    ->ArgNames({"T", "threads"})
                    ->UseRealTime()
                    ->Unit(benchmark::kMillisecond);
            }
        }
    }
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
