#include "io/study/study_json.hpp"

#include "tests/unit/io/study/comma_locale.hpp"
#include "tests/unit/io/study/sample_study.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace syncopate;
using Json = nlohmann::ordered_json;

namespace {

Json parsed(const StudyResult& study) { return Json::parse(study_json(study)); }

}  // namespace

TEST_CASE("study JSON: the same result gives the same bytes, in any locale") {
    const std::string text = study_json(sample_study());
    CHECK(study_json(sample_study()) == text);
    const CommaLocale comma;
    CHECK(study_json(sample_study()) == text);
}

TEST_CASE("study JSON: nothing is null, and the text ends with one line end") {
    const std::string text = study_json(sample_study());
    CHECK(text.find("null") == std::string::npos);
    CHECK(text.ends_with("}\n"));
}

TEST_CASE("study JSON: the manifest says everything that is needed to repeat the study") {
    const Json manifest = parsed(sample_study())["manifest"];
    CHECK(manifest["network"] == "net.json");
    CHECK(manifest["network_sha256"] == std::string(64, 'a'));
    CHECK(manifest["seeds"] == Json::array({7, 8}));
    CHECK(manifest["rule"] == "synchronous");
    CHECK(manifest["options"] == Json::array({"--arm", "permute:shared"}));
}

TEST_CASE("study JSON: an accuracy of one run is a share with Wilson's interval") {
    const Json share = parsed(sample_study())["cells"][0]["seeds"][0]["snn_accuracy"];
    CHECK(share["value"] == 0.8);
    CHECK(share["count"] == 8);
    CHECK(share["wilson_low"].get<double>() == doctest::Approx(0.4901625));
    CHECK(share["wilson_high"].get<double>() == doctest::Approx(0.9433178));
}

TEST_CASE("study JSON: spikes are sums over samples and seeds, and are also given for one sample") {
    const Json cell = parsed(sample_study())["cells"][1];
    CHECK(cell["layers"][0]["spikes"] == 160);
    CHECK(cell["layers"][0]["spikes_per_sample"] == 8.0);
    CHECK(cell["layers"][0]["synaptic_operations_per_sample"] == 30.0);
    CHECK(cell["extra_ticks"] == 3);
    CHECK(cell["total_ticks"] == 5);
}

TEST_CASE("study JSON: a comparison holds each seed's test and what all seeds say together") {
    const Json comparison = parsed(sample_study())["cells"][1]["comparison"];
    CHECK(comparison["seeds"][1]["only_baseline"] == 4);
    CHECK(comparison["seeds"][1]["p_mid"] == 0.21875);
    CHECK(comparison["difference"] == -0.25);
    CHECK(comparison["interval"]["low"] == -0.8853102368);
    CHECK(comparison["verdict"] == "no evidence");
    CHECK_FALSE(parsed(sample_study())["cells"][0].contains("comparison"));
}

TEST_CASE("study JSON: a layer without a spike has no mean spike time, one without ANN no differences from it") {
    const Json details = parsed(sample_study())["cells"][0]["details"];
    CHECK_FALSE(details[0].contains("mean_first_spike"));
    CHECK_FALSE(details[0].contains("ann"));
    CHECK_FALSE(details[0].contains("error"));
    CHECK(details[1]["mean_first_spike"] == 0.25);
    CHECK(details[1]["ann"]["offset"] == Json::array({0, 1, 6, 1, 0}));
    CHECK(details[1]["residual"]["high"] == 2);
    CHECK(details[1]["error"]["total"]["mean_magnitude"] == 0.625);
}

TEST_CASE("study JSON: a raster keeps each neuron's times before and after together") {
    const Json neurons = parsed(sample_study())["rasters"][0]["neurons"];
    CHECK(neurons[0] == Json{{"id", 3}, {"times", {1}}, {"times_before", {0}}});
    CHECK(neurons[1]["times"].empty());
}

TEST_CASE("study JSON: without labels and ANN there is no accuracy, no agreement and no comparison") {
    const std::string text = study_json(unlabelled_study());
    for (const char* key : {"\"snn_accuracy\"", "\"ann_accuracy\"", "\"agreement_with_ann\"", "\"comparison\""}) {
        CAPTURE(key);
        CHECK(text.find(key) == std::string::npos);
    }
}

TEST_CASE("study JSON: a seed of 64 bits keeps all of them") {
    StudyResult study = sample_study();
    study.manifest.seeds = {18446744073709551615U};
    CHECK(parsed(study)["manifest"]["seeds"][0] == 18446744073709551615U);
}

TEST_CASE("study JSON: a path that is not UTF-8 does not stop the study from being written") {
    StudyResult study = sample_study();
    study.manifest.network = "caf\xe9.json";
    CHECK(parsed(study)["manifest"]["network"] == "caf\xef\xbf\xbd.json");
}
