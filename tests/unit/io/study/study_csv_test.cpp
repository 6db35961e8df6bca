#include "io/study/study_csv.hpp"

#include "io/run/wilson.hpp"
#include "tests/unit/io/study/comma_locale.hpp"
#include "tests/unit/io/study/sample_study.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace syncopate;

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts = {""};
    for (const char c : text) {
        if (c == separator) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

/// The cell of a row of a study none of whose texts needs quotes.
std::string cell(const StudyResult& study, std::size_t row, const std::string& column) {
    const std::vector<std::string> lines = split(study_csv(study), '\n');
    const std::vector<std::string> names = split(lines.at(0), ',');
    const auto at = std::ranges::find(names, column);
    REQUIRE_MESSAGE(at != names.end(), column << " is no column");
    return split(lines.at(row), ',').at(static_cast<std::size_t>(at - names.begin()));
}

}  // namespace

TEST_CASE("study CSV: there is a row for each arm, T and seed below the line of names, all of equal length") {
    const std::vector<std::string> lines = split(study_csv(sample_study()), '\n');
    REQUIRE(lines.size() == 6);  // the last is what follows the last line end
    CHECK(lines.back().empty());
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) CHECK(split(lines[i], ',').size() == 22);
}

TEST_CASE("study CSV: without labels and ANN the cells about classes are empty") {
    CHECK(study_csv(unlabelled_study()) ==
          "arm,layers,T,seed,samples,correct,accuracy,wilson_low,wilson_high,agreement_with_ann,difference_to_baseline,"
          "mcnemar_only_arm,mcnemar_only_baseline,p_exact,p_mid,p,p_holm,verdict,spikes_per_sample,"
          "synaptic_operations_per_sample,extra_ticks,total_ticks\n"
          "baseline,,2,7,10,,,,,,,,,,,,,,12.5,30,0,2\n"
          "permute:shared,conv1,2,7,10,,,,,,,,,,,,,,12.5,30,3,5\n"
          "permute:shared,conv1,2,8,10,,,,,,,,,,,,,,12.5,30,3,5\n"
          "identity,all,2,7,10,,,,,,,,,,,,,,12.5,30,0,2\n");
}

TEST_CASE("study CSV: a row gives the costs of its own run") {
    StudyResult study = sample_study();
    study.cells[1].seeds[1].spikes = 130;
    study.cells[1].seeds[1].synaptic_operations = 299;
    CHECK(cell(study, 2, "spikes_per_sample") == "12.5");
    CHECK(cell(study, 3, "spikes_per_sample") == "13");
    CHECK(cell(study, 3, "synaptic_operations_per_sample") == "29.9");
}

TEST_CASE("study CSV: a row gives the accuracy of its own run, with Wilson's interval to the last digit") {
    const StudyResult study = sample_study();
    CHECK(cell(study, 1, "correct") == "8");
    CHECK(cell(study, 1, "accuracy") == "0.8");
    CHECK(cell(study, 3, "accuracy") == "0.5");
    CHECK(cell(study, 3, "agreement_with_ann") == "0.5");
    CHECK(std::stod(cell(study, 1, "wilson_low")) == wilson_interval(8, 10).low);
    CHECK(std::stod(cell(study, 1, "wilson_high")) == wilson_interval(8, 10).high);
}

TEST_CASE("study CSV: a row gives the comparison of its own seed, and the verdict over all seeds") {
    const StudyResult study = sample_study();
    CHECK(cell(study, 2, "difference_to_baseline") == "-0.2");
    CHECK(cell(study, 3, "difference_to_baseline") == "-0.3");
    CHECK(cell(study, 3, "mcnemar_only_arm") == "1");
    CHECK(cell(study, 3, "mcnemar_only_baseline") == "4");
    CHECK(cell(study, 3, "p_exact") == "0.375");
    CHECK(cell(study, 3, "p_mid") == "0.21875");
    CHECK(cell(study, 3, "p") == "1");
    CHECK(cell(study, 3, "p_holm") == "1");
    CHECK(cell(study, 3, "verdict") == "no evidence");
    CHECK(cell(study, 1, "verdict").empty());
    CHECK(cell(study, 1, "difference_to_baseline").empty());
}

TEST_CASE("study CSV: a text with a comma, a quote or a line end is quoted, and its quotes are doubled") {
    StudyResult study = sample_study();
    study.arms[0].name = "a \"b\"";
    study.arms[1].layers = "conv1,conv2";
    study.arms[2].name = "a\nb";
    const std::string text = study_csv(study);
    CHECK(text.find("\n\"a \"\"b\"\"\",,2,7,") != std::string::npos);
    CHECK(text.find("\npermute:shared,\"conv1,conv2\",2,8,") != std::string::npos);
    CHECK(text.find("\n\"a\nb\",all,2,7,") != std::string::npos);
}

TEST_CASE("study CSV: the user's locale changes nothing") {
    StudyResult study = sample_study();
    study.manifest.seeds = {1234567};
    study.cells[0].seeds[0].seed = 1234567;
    const std::string text = study_csv(study);
    CHECK(text.find(",1234567,") != std::string::npos);
    const CommaLocale comma;
    CHECK(study_csv(study) == text);
}
