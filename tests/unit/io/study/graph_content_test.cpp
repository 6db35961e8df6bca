#include "io/study/graph_content.hpp"

#include "neurons/models/bernoulli_rate.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "neurons/models/two_phase.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace syncopate;

namespace {

/// Every kind of stage and activation: input → a → out, a → a with a delay.
LayerGraph full_graph() {
    LayerGraph graph;
    graph.tensors = {{"w", {2, 1, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}}, {"v", {2, 8, 1, 1}, std::vector<float>(16, 0.5f)}};
    graph.populations = {{.name = "input", .id = 1, .shape = {1, 3, 3}, .model = BernoulliRate{}},
                         {.name = "a", .id = 2, .shape = {2, 2, 2}, .model = IntegrateAndFire{.v_reset = 0.0}},
                         {.name = "out", .id = 3, .shape = {2, 1, 1}, .model = ReadOut{}}};
    graph.populations[1].bias = {0.1, 0.2};
    graph.populations[1].tick_bias = TickBias{2, true, {0.1, 0.2, 0.3, 0.4}};
    graph.populations[1].activation = AnnStep{.threshold = {1.0}, .levels = 4, .shift = 0.5};
    graph.populations[2].activation = AnnRelu{.cap = {6.0}};
    const Shape flat = {8, 1, 1};
    graph.projections = {
        {0,
         1,
         0,
         {Convolution{.input = {1, 3, 3}, .output = {2, 2, 2}, .kernel = {2, 2}, .weights = TensorId{0}},
          Scale{.shape = {2, 2, 2}, .factor = {0.5, 2.0}}}},
        {1, 1, 2, {Gather{.input = flat, .output = flat, .source = {7, 6, 5, 4, 3, 2, 1, 0}}}},
        {1,
         2,
         0,
         {AveragePool{.input = {2, 2, 2}, .output = {2, 2, 2}},
          Convolution{.input = flat, .output = {2, 1, 1}, .weights = TensorId{1}}}}};
    graph.preprocessing = {.mean = {0.5}, .std = {2.0}};
    graph.class_names = {"x", "y"};
    return graph;
}

using Change = std::function<void(LayerGraph&)>;

Convolution& convolution(LayerGraph& graph) { return std::get<Convolution>(graph.projections[0].stages[0]); }
AveragePool& pool(LayerGraph& graph) { return std::get<AveragePool>(graph.projections[2].stages[0]); }
IntegrateAndFire& neurons(LayerGraph& graph) { return *graph.populations[1].model.as<IntegrateAndFire>(); }
AnnStep& step(LayerGraph& graph) { return std::get<AnnStep>(graph.populations[1].activation); }

/// A change of each field that decides spikes, and the population whose content it changes.
const std::vector<std::pair<std::size_t, Change>>& changes() {
    static const std::vector<std::pair<std::size_t, Change>> all = {
        {1, [](LayerGraph& g) { g.populations[1].name = "b"; }},
        {1,
         [](LayerGraph& g) {
             g.populations[1].shape = {2, 4, 1};
         }},
        {1,
         [](LayerGraph& g) {
             g.populations[1].shape = {4, 2, 1};
         }},
        {1, [](LayerGraph& g) { g.populations[1].model = TwoPhase{}; }},
        {1,
         [](LayerGraph& g) {
             neurons(g).v_threshold = {1.0, 1.0};
         }},
        {1, [](LayerGraph& g) { neurons(g).v_threshold = {1.0 + std::numeric_limits<double>::epsilon()}; }},
        {1, [](LayerGraph& g) { neurons(g).v_init = 0.25; }},
        {1, [](LayerGraph& g) { neurons(g).v_reset = std::nullopt; }},
        {0, [](LayerGraph& g) { g.populations[0].model.as<BernoulliRate>()->maximum = 2.0; }},
        {0, [](LayerGraph& g) { g.populations[0].model.as<BernoulliRate>()->input_exponent = 1; }},
        {1,
         [](LayerGraph& g) {
             g.populations[1].bias = {0.2, 0.1};
         }},
        {1,
         [](LayerGraph& g) {
             g.populations[1].bias = {0.1, -0.2};
         }},
        {1, [](LayerGraph& g) { g.populations[1].bias = {}; }},
        {1, [](LayerGraph& g) { g.populations[1].tick_bias->T = 1; }},
        {1, [](LayerGraph& g) { g.populations[1].tick_bias->serves_shorter = false; }},
        {1, [](LayerGraph& g) { g.populations[1].tick_bias->values[3] = 0.5; }},
        {1, [](LayerGraph& g) { g.populations[1].fraction_bits = 23; }},
        {1, [](LayerGraph& g) { step(g).threshold = {2.0}; }},
        {1, [](LayerGraph& g) { step(g).levels = 8; }},
        {1, [](LayerGraph& g) { step(g).shift = 0.0; }},
        {2, [](LayerGraph& g) { std::get<AnnRelu>(g.populations[2].activation).cap = {7.0}; }},
        {2, [](LayerGraph& g) { g.populations[2].activation = std::monostate{}; }},
        {2, [](LayerGraph& g) { g.projections[2].source = 0; }},
        {1, [](LayerGraph& g) { g.projections[0].delay = 1; }},
        {1, [](LayerGraph& g) { std::swap(g.projections[0].stages[0], g.projections[0].stages[1]); }},
        {1, [](LayerGraph& g) { g.projections[0].stages.pop_back(); }},
        {1,
         [](LayerGraph& g) {
             convolution(g).input = {1, 9, 1};
         }},
        {1,
         [](LayerGraph& g) {
             convolution(g).output = {8, 1, 1};
         }},
        {1,
         [](LayerGraph& g) {
             convolution(g).kernel = {1, 4};
         }},
        {1,
         [](LayerGraph& g) {
             convolution(g).stride = {1, 2};
         }},
        {1,
         [](LayerGraph& g) {
             convolution(g).dilation = {2, 1};
         }},
        {1,
         [](LayerGraph& g) {
             convolution(g).pad = {1, 0};
         }},
        {1, [](LayerGraph& g) { convolution(g).groups = 2; }},
        {1, [](LayerGraph& g) { convolution(g).weights = TensorId{1}; }},
        {1, [](LayerGraph& g) { g.tensors[0].values[3] = 4.0000005f; }},
        {1,
         [](LayerGraph& g) {
             g.tensors[0].dimensions = {1, 2, 2, 2};
         }},
        {1,
         [](LayerGraph& g) {
             std::get<Scale>(g.projections[0].stages[1]).factor = {2.0, 0.5};
         }},
        {1,
         [](LayerGraph& g) {
             std::get<Scale>(g.projections[0].stages[1]).shape = {8, 1, 1};
         }},
        {1, [](LayerGraph& g) { std::get<Gather>(g.projections[1].stages[0]).source[0] = -1; }},
        {1,
         [](LayerGraph& g) {
             std::get<Gather>(g.projections[1].stages[0]).input = {2, 2, 2};
         }},
        {1,
         [](LayerGraph& g) {
             std::get<Gather>(g.projections[1].stages[0]).output = {2, 2, 2};
         }},
        {2,
         [](LayerGraph& g) {
             pool(g).input = {8, 1, 1};
         }},
        {2,
         [](LayerGraph& g) {
             pool(g).output = {8, 1, 1};
         }},
        {2,
         [](LayerGraph& g) {
             pool(g).kernel = {2, 2};
         }},
        {2,
         [](LayerGraph& g) {
             pool(g).stride = {2, 2};
         }},
        {2,
         [](LayerGraph& g) {
             pool(g).pad = {1, 1};
         }},
        {2,
         [](LayerGraph& g) {
             pool(g).pad_end = {1, 1};
         }},
        {2, [](LayerGraph& g) { pool(g).count_include_pad = true; }},
        {2, [](LayerGraph& g) { g.projections.push_back(g.projections[2]); }},
    };
    return all;
}

}  // namespace

TEST_CASE("a change of any field that decides spikes changes the content of its population, and of no other") {
    const std::vector<std::string> before = population_contents(full_graph());
    const std::string whole = graph_content(full_graph());
    std::set<std::string> wholes = {whole};
    for (std::size_t c = 0; c < changes().size(); ++c) {
        CAPTURE(c);
        LayerGraph graph = full_graph();
        changes()[c].second(graph);
        const std::vector<std::string> after = population_contents(graph);
        for (std::size_t p = 0; p < after.size(); ++p) {
            CAPTURE(p);
            CHECK((after[p] != before[p]) == (p == changes()[c].first));
        }
        CHECK(wholes.insert(graph_content(graph)).second);
    }
}

TEST_CASE("the id of a population is part of its content, and of those that it sends to") {
    LayerGraph graph = full_graph();
    graph.populations[0].id = 9;
    const std::vector<std::string> before = population_contents(full_graph()), after = population_contents(graph);
    CHECK(after[0] != before[0]);
    CHECK(after[1] != before[1]);
    CHECK(after[2] == before[2]);
}

TEST_CASE("preprocessing and names of classes are part of a network's content, notes and names of tensors are not") {
    const std::vector<Change> deciding = {[](LayerGraph& g) { g.preprocessing.scale = 1.0; },
                                          [](LayerGraph& g) { g.preprocessing.mean = {0.25}; },
                                          [](LayerGraph& g) { g.preprocessing.std = {1.0}; },
                                          [](LayerGraph& g) {
                                              g.preprocessing.resize = Extent{4, 4};
                                          },
                                          [](LayerGraph& g) { g.preprocessing.shorter_side = 256; },
                                          [](LayerGraph& g) {
                                              g.preprocessing.center_crop = Extent{4, 4};
                                          },
                                          [](LayerGraph& g) { g.preprocessing.stated = true; },
                                          [](LayerGraph& g) { g.preprocessing.calibrated_range = InputRange::ready; },
                                          [](LayerGraph& g) {
                                              g.class_names = {"y", "x"};
                                          }};
    std::set<std::string> contents = {graph_content(full_graph())};
    for (const Change& change : deciding) {
        LayerGraph graph = full_graph();
        change(graph);
        CHECK(contents.insert(graph_content(graph)).second);
    }
    LayerGraph graph = full_graph();
    graph.notes = {"converted on a Monday"};
    graph.tensors[0].name = "kernel";
    CHECK(graph_content(graph) == graph_content(full_graph()));
}

TEST_CASE("where a population and its weights stand in their tables is no part of its content") {
    LayerGraph graph = full_graph();
    std::swap(graph.tensors[0], graph.tensors[1]);
    convolution(graph).weights = TensorId{1};
    std::get<Convolution>(graph.projections[2].stages[1]).weights = TensorId{0};
    std::swap(graph.populations[1], graph.populations[2]);
    for (Projection& projection : graph.projections) {
        for (PopulationIndex* const end : {&projection.source, &projection.target})
            if (*end != 0) *end = 3 - *end;
    }
    std::vector<std::string> contents = population_contents(graph);
    std::swap(contents[1], contents[2]);
    CHECK(contents == population_contents(full_graph()));
}
