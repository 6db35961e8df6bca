#include "tests/unit/io/study/study_fixture.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"

#include <cmath>
#include <random>

namespace syncopate {

namespace {

constexpr std::int32_t width = 6;

}  // namespace

LayerGraph chain_network(int layers) {
    std::mt19937_64 random(11);
    std::uniform_real_distribution<float> weight(-0.8f, 1.0f);
    LayerGraph graph;
    const Shape shape{width, 1, 1};
    const auto add = [&](const std::string& name, NeuronModel model) {
        graph.populations.push_back(
            {.name = name, .id = population_id(name), .shape = shape, .model = std::move(model)});
    };
    const auto connect = [&](std::int32_t source, std::int32_t target) {
        Tensor tensor{"w" + std::to_string(graph.tensors.size()), {width, width, 1, 1}, {}};
        for (std::int32_t i = 0; i < width * width; ++i) tensor.values.push_back(weight(random));
        graph.tensors.push_back(std::move(tensor));
        graph.projections.push_back(
            {source,
             target,
             0,
             {Convolution{shape, shape, {}, {}, {}, {0, 0}, 1, static_cast<TensorId>(graph.tensors.size() - 1)}}});
    };
    add("input", DirectCurrent{});
    for (std::int32_t layer = 1; layer <= layers; ++layer) {
        add("layer" + std::to_string(layer), IntegrateAndFire{});
        graph.populations.back().activation = AnnRelu{};
        connect(layer - 1, layer);
    }
    if (layers >= 3) connect(1, 3);
    add("out", ReadOut{});
    connect(layers, layers + 1);
    return graph;
}

Sample chain_sample(std::int64_t position) {
    std::mt19937_64 random(static_cast<std::uint64_t>(position) + 1);
    std::uniform_real_distribution<double> value(-0.3, 1.0);
    Sample sample{.index = 10 * position, .label = static_cast<std::int32_t>(random() % width), .values = {}};
    for (std::int32_t i = 0; i < width; ++i) sample.values.push_back(value(random));
    return sample;
}

StudyDesign chain_study(const std::string& arms, std::int64_t samples) {
    StudyDesign design{.graph = chain_network(3),
                       .arms = {},
                       .T = {2, 5, 8},
                       .seeds = {3, 4},
                       .samples = samples,
                       .labels = {},
                       .has_labels = true,
                       .detail_samples = 5,
                       .manifest = {},
                       .warnings = {}};
    design.arms = parse_arms({arms, "all", design.T}, design.graph);
    for (std::int64_t s = 0; s < samples; ++s) design.labels.push_back(chain_sample(s).label);
    design.manifest.seeds = design.seeds;
    design.manifest.input_range = "ready";
    design.manifest.network_hash = design.manifest.data_hash = std::string(64, '0');
    return design;
}

StudyResult run_chain_study(const StudyDesign& design, Executor& executor, const std::filesystem::path& checkpoint,
                            const SampleLoader& load) {
    return run_study(design, {.load = load,
                              .executor = executor,
                              .checkpoint = checkpoint,
                              .restarts = false,
                              .checkpoint_interval = std::chrono::seconds(0),
                              .progress = [](const std::string&, std::int64_t, std::int64_t) {}});
}

}  // namespace syncopate
