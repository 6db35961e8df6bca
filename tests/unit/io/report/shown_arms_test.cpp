#include "io/report/layer_lines.hpp"
#include "io/report/study_report.hpp"
#include "io/report/study_view.hpp"
#include "tests/unit/io/report/markup.hpp"
#include "tests/unit/io/report/sample_study.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace syncopate;
using namespace syncopate::test;

namespace {

using Arms = std::vector<std::size_t>;

constexpr const char* family_sentence = "A family of many arms is one line";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

SampleStudy of_four_layers(SampleStudy study) {
    study.layers = 4;
    return study;
}

/// Arms 1 to 24 are the orders of four ticks, arms 25 to 30 those of three, which are further from the baseline.
StudyResult orders_of_three_and_four() {
    SampleStudy study = of_four_layers(all_orders());
    study.T = {3, 4};
    for (const char* order : {"0-1-2", "0-2-1", "1-0-2", "1-2-0", "2-0-1", "2-1-0"}) {
        study.arms.push_back(study.arms.back());
        study.arms.back().name = std::string("permute:") + order;
    }
    StudyResult result = study.result();
    std::erase_if(result.cells, [](const StudyCell& cell) { return cell.arm > 0 && (cell.arm > 24) != (cell.T == 3); });
    for (StudyCell& cell : result.cells)
        if (cell.comparison) cell.comparison->difference = (cell.T == 3 ? 0.1 : 0.001) * static_cast<double>(cell.arm);
    return result;
}

}  // namespace

TEST_SUITE("report") {
    TEST_CASE("A figure of one T chooses among the arms that have something to draw there") {
        StudyResult result = orders_of_three_and_four();
        SUBCASE("arms of other T are not candidates") {
            CHECK(report::detail_choice(report::StudyView(result)).shown.arms == Arms{0, 18, 19, 20, 21, 22, 23, 24});
        }
        SUBCASE("nor are arms without details") {
            for (StudyCell& cell : result.cells)
                if (cell.arm == 24) cell.details.clear();
            CHECK(report::detail_choice(report::StudyView(result)).shown.arms == Arms{0, 17, 18, 19, 20, 21, 22, 23});
        }
        SUBCASE("the captions count the candidates") {
            const std::string page = study_report(result).html;
            for (const char* id : {"spike-times", "errors", "costs"}) {
                CHECK(has(section(page, id),
                          "Shown are 8 of 25 arms that have values at this T: the baseline, and "
                          "those whose accuracy is furthest from it at this T"));
                CHECK_FALSE(has(section(page, id), "Shown are 8 of 31 arms"));
            }
            CHECK(has(section(page, "spike-times"), "permute:3-2-1-0</text>"));
            CHECK_FALSE(has(section(page, "spike-times"), "permute:2-1-0</text>"));
        }
    }

    TEST_CASE("Nothing is said of arms left out where all that ran at this T are shown") {
        StudyResult result = orders_of_three_and_four();
        std::erase_if(result.cells, [](const StudyCell& cell) { return cell.arm > 7 && cell.T == 4; });
        const report::LayerChoice choice = report::detail_choice(report::StudyView(result));
        CHECK(choice.shown.arms == Arms{0, 1, 2, 3, 4, 5, 6, 7});
        CHECK(choice.shown.sentence.empty());
    }

    TEST_CASE("Every figure with a row for each arm says how many it leaves out") {
        SampleStudy study = of_four_layers(many_arms(120));
        study.T = {5};
        const std::string page = study_report(study.result()).html;
        const std::string sentence = "Shown are 60 of 121 arms: the baseline, and those whose accuracy is furthest";
        CHECK(occurrences(section(page, "accuracy"), sentence) == 2);  // and agreement
        CHECK(occurrences(section(page, "costs"), sentence) == 2);     // spikes, synaptic operations
    }

    TEST_CASE("Every figure with the band of a family explains it") {
        StudyResult result = of_four_layers(eight_arms()).result();  // each arm has its line
        CHECK_FALSE(has(study_report(result).html, family_sentence));
        result = each_layer().result();  // 20 arms
        result.cells.back().extra_ticks = 4;
        const std::string page = study_report(result).html;
        CHECK(occurrences(section(page, "accuracy"), family_sentence) == 2);  // and agreement
        CHECK(occurrences(section(page, "costs"), family_sentence) == 3);     // spikes, synaptic operations, latency
    }

    TEST_CASE("Arms of a family that is left out are counted one by one") {
        SampleStudy study = of_four_layers(many_arms(45));  // 46 lines with the baseline's, of which 41 have room
        for (int member = 0; member < 5; ++member) {
            study.arms.push_back(study.arms.back());
            study.arms.back().name = "jitter:" + std::to_string(member);
            study.arms.back().family = "jitter";
        }
        const std::string page = study_report(study.result()).html;
        for (const char* id : {"accuracy", "costs"}) {
            CHECK(occurrences(section(page, id), "10 further arms stand in the tables only.") == 2);
            CHECK_FALSE(has(section(page, id), family_sentence));
        }
    }

    TEST_CASE("An arm is called by the place where it acts, unless that is everywhere") {
        StudyResult result = of_four_layers(two_arms()).result();
        CHECK(report::StudyView(result).label(1) == "permute:shared");
        result.arms[1].layers = "prefix:conv1";
        CHECK(report::StudyView(result).label(1) == "permute:shared @ prefix:conv1");
    }

    TEST_CASE("Layers without error parts are said to be those of a hard reset") {
        const std::string errors = section(study_report(of_four_layers(eight_arms()).result()).html, "errors");
        CHECK(has(errors, "layers whose neurons have a hard reset keep no residual potential"));
        CHECK_FALSE(has(errors, "such as the read-out"));
    }
}
