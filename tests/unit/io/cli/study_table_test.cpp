#include "io/cli/study_table.hpp"

#include "tests/unit/io/study/sample_study.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

using namespace syncopate;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string repeated(const std::string& text, int times) {
    std::string result;
    for (int n = 0; n < times; ++n) result += text;
    return result;
}

/// The line of heads, and those of the three cells of the sample study.
std::vector<std::string> table_lines(const StudyResult& study) {
    std::istringstream text(study_table(study));
    std::vector<std::string> lines;
    for (std::string line; lines.size() < 4 && std::getline(text, line);)
        if (!lines.empty() || has(line, "ACs")) lines.push_back(line);
    REQUIRE(lines.size() == 4);
    return lines;
}

/// Every number of ticks ends below the end of its head.
void check_aligned(const StudyResult& study) {
    const std::vector<std::string> lines = table_lines(study);
    const std::size_t end = lines[0].find(" ticks") + 6;
    for (std::size_t n = 1; n < lines.size(); ++n) {
        CAPTURE(lines[n]);
        REQUIRE(lines[n].size() >= end);
        CHECK(lines[n][end - 1] == (n == 2 ? '5' : '2'));  // T = 2, and 3 ticks more
        CHECK((lines[n].size() == end || lines[n][end] == ' '));
    }
}

}  // namespace

TEST_CASE("study table: the columns stand below their heads") {
    StudyResult study = sample_study();
    SUBCASE("with labels") {}
    SUBCASE("without labels") { study = unlabelled_study(); }
    SUBCASE("where everything is right") {
        study.cells[0].seeds[0].correct = 10;
        for (SeedOutcome& seed : study.cells[1].seeds) seed.correct = 10;
        study.cells[1].interval = Interval{1.0, 1.0};
    }
    check_aligned(study);
}

TEST_CASE("study table: a name is cut and filled by characters, not by bytes") {
    StudyResult study = sample_study();
    study.arms[1].layers = repeated("é", 60);
    const std::vector<std::string> lines = table_lines(study);
    CHECK(has(lines[1], "  baseline" + std::string(40, ' ') + "   80.00  ["));
    CHECK(has(lines[2], "  permute:shared @ " + repeated("é", 31) + "   55.00  ["));  // 17 + 31 characters
}

TEST_CASE("study table: a short name that is not ASCII takes the room of its characters") {
    StudyResult study = sample_study();
    study.arms[1].name = "größer";
    study.arms[1].layers = "all";
    const std::vector<std::string> lines = table_lines(study);
    CHECK(has(lines[1], "  baseline   80.00  ["));
    CHECK(has(lines[2], "  größer     55.00  ["));
}

TEST_CASE("study table: an arm is called by the place where it acts, unless that is everywhere") {
    const std::vector<std::string> lines = table_lines(sample_study());
    CHECK(has(lines[2], "  permute:shared @ conv1  "));
    CHECK(has(lines[3], "  identity  "));
    CHECK_FALSE(has(lines[3], "@"));
}

TEST_CASE("study table: spikes and operations are those of one sample, the mean over seeds") {
    for (std::size_t n = 1; n < 4; ++n) CHECK(has(table_lines(sample_study())[n], "       12.5         30  "));
}
