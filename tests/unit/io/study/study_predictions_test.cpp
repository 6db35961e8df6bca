#include "io/study/study_predictions.hpp"

#include "core/error.hpp"
#include "io/formats/data/npy.hpp"
#include "io/run/simulation.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/io/study/study_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>

using namespace syncopate;

namespace {

constexpr std::int64_t samples = 24;

StudyPredictions wanted(const TemporaryFolder& folder, const std::string& name) {
    StudyPredictions predictions{.file = folder / name, .store = folder / "logits", .samples = {}};
    for (std::int64_t s = 0; s < samples; ++s) predictions.samples.push_back(chain_sample(s).index);
    return predictions;
}

StudyResult study(const StudyDesign& design, Executor& executor, const TemporaryFolder& folder,
                  const StudyPredictions& predictions, const SampleLoader& load = chain_sample) {
    return run_study(design, {.load = load,
                              .executor = executor,
                              .checkpoint = folder / "c",
                              .checkpoint_interval = std::chrono::seconds(0),
                              .progress = [](const std::string&, std::int64_t, std::int64_t) {},
                              .predictions = predictions});
}

/// A loader for a study that is stopped after so many samples.
SampleLoader stops_after(std::int64_t count) {
    return [count](std::int64_t position) {
        if (position >= count) throw std::runtime_error("stopped");
        return chain_sample(position);
    };
}

}  // namespace

TEST_CASE("study predictions: classes and logits are those of each arm's own run") {
    const TemporaryFolder folder;
    const StudyDesign design = chain_study("permute,tpp,reverse", samples);
    const auto serial = make_serial_executor();
    const StudyResult result = study(design, *serial, folder, wanted(folder, "p.npz"));
    const NpzArchive archive(folder / "p.npz");
    const std::vector<double> arm = archive.open("arm").values(), T = archive.open("T").values(),
                              index = archive.open("samples").values(), labels = archive.open("labels").values(),
                              classes = archive.open("predictions").values(), logits = archive.open("logits").values(),
                              ann = archive.open("ann_predictions").values();
    const std::size_t runs = arm.size();
    REQUIRE(runs == 3 * (1 + 2 + 2 + 1));
    CHECK(archive.open("logits").dimensions() ==
          std::vector<std::int64_t>{samples, static_cast<std::int64_t>(runs), 6});
    CHECK(ann.size() == samples);
    CHECK(index[3] == 30.0);
    CHECK(labels[3] == design.labels[3]);
    for (std::size_t r = 0; r < runs; ++r) {
        CAPTURE(r);
        const ArmEdit& edit = design.arms[static_cast<std::size_t>(arm[r])];
        const bool is_first_seed = r == 0 || arm[r] != arm[r - 1] || T[r] != T[r - 1];
        const Simulation alone(edited(design.graph, edit), static_cast<Tick>(T[r]), is_first_seed ? 3 : 4);
        RunStatistics statistics = alone.no_statistics();
        Observer nobody;
        for (std::size_t s = 0; s < samples; ++s) {
            const SampleOutcome outcome =
                alone.run_observed(chain_sample(static_cast<std::int64_t>(s)), *serial, nobody, {}, statistics);
            CHECK(classes[s * runs + r] == outcome.prediction);
            for (std::size_t c = 0; c < 6; ++c) CHECK(logits[(s * runs + r) * 6 + c] == outcome.logits[c]);
        }
    }
    CHECK(result.samples == samples);
}

TEST_CASE("study predictions: a study that was stopped ends with the same file, in either form") {
    const StudyDesign design = chain_study("permute,tpp", samples);
    const auto serial = make_serial_executor();
    const auto threads = make_thread_executor(3);
    for (const char* name : {"p.npz", "p.csv"}) {
        CAPTURE(name);
        const TemporaryFolder whole, parts;
        study(design, *serial, whole, wanted(whole, name));
        CHECK_THROWS_WITH(study(design, *serial, parts, wanted(parts, name), stops_after(10)), "stopped");
        CHECK_FALSE(std::filesystem::exists(parts / name));
        study(design, *threads, parts, wanted(parts, name));
        CHECK(whole.read(name) == parts.read(name));
        CHECK(whole.names("") == parts.names(""));
    }
}

TEST_CASE("study predictions: a table has a row for each run and sample") {
    const TemporaryFolder folder;
    const StudyDesign design = chain_study("permute", samples);
    const auto serial = make_serial_executor();
    study(design, *serial, folder, wanted(folder, "p.csv"));
    const std::string text = folder.read("p.csv");
    CHECK(
        text.starts_with("arm,layers,T,seed,sample,label,prediction,ann_prediction,logit_0,logit_1,logit_2,logit_3,"
                         "logit_4,logit_5\nbaseline,,8,3,0,"));
    CHECK(std::ranges::count(text, '\n') == 1 + 3 * 3 * samples);
    CHECK(text.find("\npermute,all,2,4,230,") != std::string::npos);
}

TEST_CASE("study predictions: samples that were done without their logits are not made up") {
    const TemporaryFolder folder;
    const StudyDesign design = chain_study("permute", samples);
    const auto serial = make_serial_executor();
    CHECK_THROWS(study(design, *serial, folder, {}, stops_after(10)));
    CHECK_THROWS_WITH_AS(study(design, *serial, folder, wanted(folder, "p.npz")),
                         doctest::Contains("samples were done without --predictions, so their logits are not known; "
                                           "leave it out, or give --restart"),
                         Error);
    CHECK_NOTHROW(study(design, *serial, folder, {}));
}
