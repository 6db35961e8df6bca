#include "io/run/prediction_file.hpp"

#include "core/error.hpp"
#include "io/formats/data/npy.hpp"
#include "io/run/simulation.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

namespace {

PredictionPlan plan() { return {.samples = 2, .ticks = {1, 4}, .classes = 3, .has_labels = true, .has_ann = true}; }

/// Two samples, the second first, the ticks of one in two pieces.
void tell(PredictionFile& file) {
    const Sample first{.index = 10, .label = 2, .values = {}, .position = 0};
    const Sample second{.index = 20, .label = -1, .values = {}, .position = 1};
    file.ticks(second, 0, std::vector<std::int32_t>{1, 0}, std::vector{0.0, 0.5, 0.25, 1.0, -0.1, 0.125});
    file.ann(second, 0, std::vector<float>{1.0f, 0.5f, 0.0f});
    file.ticks(first, 0, std::vector<std::int32_t>{2}, std::vector{0.0, 0.0, 1.0});
    file.ticks(first, 1, std::vector<std::int32_t>{1}, std::vector{0.0, 2.0, 1.0});
    file.ann(first, 2, std::vector<float>{0.0f, 0.0f, 3.0f});
}

std::vector<double> numbers_of(const NpzArchive& archive, const std::string& name) {
    const NumericArray array = archive.open(name);
    std::vector<double> numbers;
    for (std::int64_t i = 0; i < array.size(); ++i) numbers.push_back(array.number(i));
    return numbers;
}

}  // namespace

TEST_CASE("predictions: an .npz has an array for each thing, sample by sample, in whatever order they ended") {
    const TemporaryFolder folder;
    {
        PredictionFile file(folder / "p.npz", plan());
        tell(file);
        CHECK(folder.names("").size() == 1);  // the spool; nothing has its name yet
        file.finish();
    }
    CHECK(folder.names("") == std::vector<std::string>{"p.npz"});
    const NpzArchive archive(folder / "p.npz");
    CHECK(archive.names() == std::vector<std::string>{"samples", "ticks", "predictions", "logits", "labels",
                                                      "ann_predictions", "ann_logits"});
    CHECK(numbers_of(archive, "samples") == std::vector<double>{10, 20});
    CHECK(numbers_of(archive, "ticks") == std::vector<double>{1, 4});
    CHECK(numbers_of(archive, "labels") == std::vector<double>{2, -1});
    CHECK(archive.open("predictions").dimensions() == std::vector<std::int64_t>{2, 2});
    CHECK(numbers_of(archive, "predictions") == std::vector<double>{2, 1, 1, 0});
    CHECK(archive.open("logits").dimensions() == std::vector<std::int64_t>{2, 2, 3});
    CHECK(numbers_of(archive, "logits") ==
          std::vector<double>{0.0, 0.0, 1.0, 0.0, 2.0, 1.0, 0.0, 0.5, 0.25, 1.0, -0.1, 0.125});
    CHECK(numbers_of(archive, "ann_predictions") == std::vector<double>{2, 0});
    CHECK(archive.open("ann_logits").dimensions() == std::vector<std::int64_t>{2, 3});
    CHECK(numbers_of(archive, "ann_logits") == std::vector<double>{0, 0, 3, 1, 0.5, 0});
}

TEST_CASE("predictions: a .csv has a row for each sample and tick, empty where nothing is known") {
    const TemporaryFolder folder;
    PredictionFile file(folder / "p.csv", plan());
    tell(file);
    file.finish();
    CHECK(folder.read("p.csv") ==
          "sample,label,t,prediction,ann_prediction,logit_0,logit_1,logit_2\n"
          "10,2,1,2,2,0,0,1\n"
          "10,2,4,1,2,0,2,1\n"
          "20,,1,1,0,0,0.5,0.25\n"
          "20,,4,0,0,1,-0.1,0.125\n");
}

TEST_CASE("predictions: without labels and ANN there are no arrays of them") {
    const TemporaryFolder folder;
    PredictionFile file(folder / "p.npz", {.samples = 1, .ticks = {1}, .classes = 2});
    file.ticks({.index = 0, .label = -1, .values = {}}, 0, std::vector<std::int32_t>{1}, std::vector{0.0, 1.0});
    file.finish();
    CHECK(NpzArchive(folder / "p.npz").names() ==
          std::vector<std::string>{"samples", "ticks", "predictions", "logits"});
}

TEST_CASE("predictions: a file that no disk takes, or of another ending, is refused and leaves nothing") {
    const TemporaryFolder folder;
    CHECK_THROWS_WITH_AS(PredictionFile(folder / "p.txt", plan()),
                         doctest::Contains("p.txt: the name must end in .npz or .csv"), UsageError);
    PredictionPlan huge = plan();
    huge.samples = std::int64_t{1} << 50;
    for (const char* name : {"p.npz", "p.csv"})
        CHECK_THROWS_WITH_AS(PredictionFile(folder / name, huge),
                             doctest::Contains("are free there; ask for fewer --ticks or --samples"), UsageError);
    { const PredictionFile never_finished(folder / "q.npz", plan()); }
    CHECK(folder.names("").empty());
}

TEST_CASE("predictions: a run tells the classes that it counts, at every tick asked for, on any executor") {
    LayerGraph graph;
    const Shape shape = {3, 1, 1};
    graph.populations.push_back({.name = "in", .id = 1, .shape = shape, .model = DirectCurrent{}});
    graph.populations.push_back({.name = "a", .id = 2, .shape = shape, .model = IntegrateAndFire{}});
    graph.populations.push_back({.name = "out", .id = 3, .shape = shape, .model = ReadOut{}});
    for (std::int32_t p = 0; p < 2; ++p) graph.projections.push_back({.source = p, .target = p + 1, .stages = {}});
    Simulation simulation(graph, 9, 0);
    const std::vector<Tick> ticks = {2, 5, 9};
    const SampleLoader load = [](std::int64_t s) {
        const double x = 0.07 * static_cast<double>(s);
        return Sample{s, static_cast<std::int32_t>(s % 3), {x, 0.9 - x, 0.4}, s};
    };
    std::vector<std::string> texts;
    for (const int threads : {1, 3}) {
        const TemporaryFolder folder;
        PredictionFile file(folder / "p.csv", {.samples = 20, .ticks = ticks, .classes = 3, .has_labels = true});
        simulation.set_listener({.judged_ticks = ticks, .predicted_ticks = ticks, .predictions = &file});
        const RunStatistics statistics = simulation.run(20, load, *make_thread_executor(threads), [](std::int64_t) {});
        file.finish();
        texts.push_back(folder.read("p.csv"));
        std::vector<std::int64_t> correct(3, 0);
        for (std::int64_t s = 0; s < 20; ++s) {
            for (std::size_t t = 0; t < 3; ++t) {
                const std::string label = std::to_string(s % 3);
                const std::string row =
                    "\n" + std::to_string(s) + "," + label + "," + std::to_string(ticks[t]) + "," + label + ",";
                correct[t] += texts.back().find(row) != std::string::npos ? 1 : 0;
            }
        }
        CHECK(statistics.snn_correct == correct);
    }
    CHECK(texts[0] == texts[1]);
}
