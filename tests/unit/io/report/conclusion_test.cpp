#include "io/report/conclusion.hpp"

#include "tests/unit/io/report/sample_study.hpp"

#include <doctest/doctest.h>

using namespace syncopate;
using namespace syncopate::report;

namespace {

LayerDetail layer(const char* name, double unevenness, std::vector<std::int64_t> spikes_by_tick) {
    LayerDetail detail;
    detail.name = name;
    detail.neurons = 100;
    detail.spikes_by_tick = std::move(spikes_by_tick);
    detail.mean_centroid = unevenness * 10.0;
    detail.has_residual = true;
    detail.quantisation.mean_magnitude = 0.03;
    detail.unevenness.mean_magnitude = unevenness;
    detail.total.mean_magnitude = 0.03 + unevenness;
    return detail;
}

StudyResult study(Verdict verdict, double difference) {
    StudyResult result;
    result.T = {4};
    result.arms = {{.name = "baseline"}, {.name = "permute<1>", .layers = "all"}};
    StudyCell before{.arm = 0, .T = 4};
    before.details = {layer("a", 0.05, {60, 30, 10, 0}), layer("b", 0.02, {10, 10, 10, 10})};
    StudyCell after{.arm = 1, .T = 4};
    after.details = {layer("a", 0.01, {20, 20, 30, 30}), layer("b", 0.04, {10, 10, 10, 10})};
    after.comparison.emplace();
    after.comparison->verdict = verdict;
    after.comparison->difference = difference;
    result.cells = {before, after};
    return result;
}

}  // namespace

TEST_CASE("conclusion: a better arm is told by the layer whose error falls most, the part, and the ticks") {
    const StudyResult result = study(Verdict::better, 0.0125);
    const std::vector<std::string> found = conclusions(StudyView(result));
    REQUIRE(found.size() == 1);
    CHECK(found[0] ==
          "<b>permute&lt;1&gt;</b> gains 1.25 points at T = 4: its error falls most in <code>a</code>, 0.0800 → 0.0400 "
          "thresholds, by unevenness (0.0500 → 0.0100); it sends more spikes at ticks 2 to 3 and fewer at ticks 0 to 1 "
          "(mean tick 0.500 → 0.100).");
}

TEST_CASE("conclusion: a worse arm is told by the layer whose error grows most") {
    const StudyResult result = study(Verdict::worse, -0.02);
    const std::vector<std::string> found = conclusions(StudyView(result));
    REQUIRE(found.size() == 1);
    CHECK(found[0] ==
          "<b>permute&lt;1&gt;</b> loses 2.00 points at T = 4: its error grows most in <code>b</code>, 0.0500 "
          "→ 0.0700 thresholds, by unevenness (0.0200 → 0.0400); its spikes come at the same ticks.");
}

TEST_CASE("conclusion: where there is no evidence, nothing is concluded, and what is not decomposed is said to be") {
    CHECK(conclusions(StudyView(study(Verdict::no_evidence, 0.01))).empty());
    CHECK(conclusions(StudyView(study(Verdict::identical, 0.0))).empty());
    StudyResult lost = study(Verdict::worse, -0.02);
    for (LayerDetail& detail : lost.cells[1].details) detail.has_residual = false;
    const std::vector<std::string> found = conclusions(StudyView(lost));
    REQUIRE(found.size() == 1);
    CHECK(found[0].ends_with("its error grows in no layer whose neurons keep their charge."));
}
