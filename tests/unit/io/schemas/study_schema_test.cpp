#include "io/study/study_json.hpp"
#include "tests/unit/io/schemas/schema_judge.hpp"
#include "tests/unit/io/study/sample_study.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

TEST_CASE("schema: a study satisfies its own, and does not with a name or a value that no study has") {
    if (!can_judge()) return;
    const TemporaryFolder folder;
    check_agreement({.schema = "study",
                     .text = study_json(sample_study()),
                     .changes = {{"syncopate-study/1", "syncopate-study/2"},
                                 {R"("network_sha256": "a)", R"("network_sha256": "A)"},
                                 {R"("rule": "synchronous")", R"("rule": "asynchronous")"},
                                 {R"("options")", R"("option")"},
                                 {R"("T": [)", R"("T": [0,)"},
                                 {R"("sample_count": 10)", R"("sample_count": 10.5)"},
                                 {R"("has_labels": true)", R"("has_labels": false)"},
                                 {R"("has_ann": true)", R"("has_ann": 1)"},
                                 {R"("ann_accuracy")", R"("accuracy")"},
                                 {R"("has_chance": true)", R"("has_chance": 1)"},
                                 {R"("has_chance": true)", R"("has_chance": true, "colour": "red")"},
                                 {R"("arm": 0)", R"("arm": "baseline")"},
                                 {R"("extra_ticks": 3)", R"("extra_ticks": -3)"},
                                 {R"("snn_accuracy")", R"("accuracy")"},
                                 {R"("value": 0.8)", R"("value": 80)"},
                                 {R"("spikes": 80)", R"("spikes": null)"},
                                 {R"("silent": 3)", R"("silent": -3)"},
                                 {R"("mean_first_spike": 0.25,)", ""},
                                 {R"("residual")", R"("rest")"},
                                 {R"("missed": 1)", R"("missed": 1, "found": 1)"},
                                 {R"("p_exact": 0.5)", R"("p_exact": 1.5)"},
                                 {R"("difference": -0.25)", R"("difference": -25)"},
                                 {R"("low": -0.8853102368,)", ""},
                                 {R"("verdict": "no evidence")", R"("verdict": "equal")"},
                                 {R"("outcome": "passed")", R"("outcome": "yes")"},
                                 {R"("times_before")", R"("before")"},
                                 {R"("id": 3)", R"("id": -1)"},
                                 {R"("warnings")", R"("warning")"}},
                     .read = {}},
                    folder);
}

TEST_CASE("schema: a study without labels and ANN satisfies its own, and does not if it claims to have them") {
    if (!can_judge()) return;
    const TemporaryFolder folder;
    check_agreement({.schema = "study",
                     .text = study_json(unlabelled_study()),
                     .changes = {{R"("has_labels": false)", R"("has_labels": true)"},
                                 {R"("has_ann": false)", R"("has_ann": true)"}},
                     .read = {}},
                    folder);
}
