#include "io/report/study_report.hpp"
#include "io/report/figure_files.hpp"
#include "io/report/study_view.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/io/report/markup.hpp"
#include "tests/unit/io/report/sample_study.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace syncopate;
using namespace syncopate::test;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

SampleStudy small(SampleStudy study) {
    study.layers = 4;
    return study;
}

void check_sound(const StudyResult& result) {
    const std::string page = study_report(result).html;
    CHECK(markup_fault(page) == "");
    for (const char* word : {"nan", "inf", "-nan", "-inf"}) CHECK_FALSE(has_word(page, word));
    for (const std::string& drawing : drawings(page)) {
        CHECK(markup_fault(drawing) == "");
        CHECK(legibility_fault(drawing) == "");
    }
}

}  // namespace

TEST_SUITE("report") {
    TEST_CASE("Every page is well-formed, and all texts of its figures can be read") {
        SUBCASE("eight arms") { check_sound(eight_arms().result()); }
        SUBCASE("two arms") { check_sound(small(two_arms()).result()); }
        SUBCASE("all orders of four ticks") { check_sound(small(all_orders()).result()); }
        SUBCASE("an arm at each layer") { check_sound(each_layer().result()); }
        SUBCASE("30 arms") { check_sound(small(many_arms(30)).result()); }
        SUBCASE("60 arms") { check_sound(small(many_arms(60)).result()); }
        SUBCASE("all orders at several T") {
            SampleStudy study = small(all_orders());
            study.T = {1, 2, 4, 6, 8, 16, 32};
            check_sound(study.result());
        }
        SUBCASE("60 layers") {
            SampleStudy study = two_arms();
            study.layers = 60;
            check_sound(study.result());
        }
    }

    TEST_CASE("Equal results give equal bytes") {
        CHECK(study_report(small(eight_arms()).result()).html == study_report(small(eight_arms()).result()).html);
    }

    TEST_CASE(
        "Every figure is a file as SVG and PDF, with what it shows as CSV, and the page has links to all of them") {
        const TemporaryFolder folder;
        const StudyReport report = study_report(small(eight_arms()).result());
        std::filesystem::create_directory(folder / "figures");
        folder.write("figures/figure-99-old.svg", "stale");
        folder.write("figures/mine.svg", "somebody's own");
        report::write_figures(report.figures, folder / ".");
        std::size_t files = 0;
        for (const report::ReportFigure& figure : report.figures) {
            CAPTURE(figure.name);
            for (const char* ending : {".svg", ".pdf", ".csv"}) {
                CHECK(has(report.html, "href=\"figures/" + figure.name + ending + "\""));
                CHECK(std::filesystem::file_size(folder / "figures" / (figure.name + ending)) > 60);
                ++files;
            }
        }
        CHECK(files >= 30);
        CHECK_FALSE(std::filesystem::exists(folder / "figures" / "figure-99-old.svg"));
        CHECK(std::filesystem::exists(folder / "figures" / "mine.svg"));
    }

    TEST_CASE("An arm has the same colour and mark in every figure") {
        CHECK(report::arm_style(0).colour == baseline_style().colour);
        for (std::size_t arm = 1; arm < 40; ++arm) {
            for (std::size_t other = 1; other < arm; ++other) {
                const bool is_same = report::arm_style(arm).colour == report::arm_style(other).colour &&
                                     report::arm_style(arm).dash == report::arm_style(other).dash &&
                                     report::arm_style(arm).marker == report::arm_style(other).marker;
                CHECK_FALSE(is_same);
            }
        }
    }

    TEST_CASE("The page asks for nothing from elsewhere") {
        const std::string page = study_report(small(eight_arms()).result()).html;
        for (const char* part : {"src=", "@import", "url(", "<link", "https:"}) CHECK_FALSE(has(page, part));
        CHECK(occurrences(page, "http:") == occurrences(page, "xmlns=\"http://www.w3.org/2000/svg\""));
    }

    TEST_CASE("Names from data cannot become markup") {
        StudyResult result = small(eight_arms()).result();
        const std::string evil = "<script>&\"'\x01";
        result.arms[1].name = result.arms[1].family = result.arms[1].layers = evil;
        result.manifest.network = result.manifest.data = result.manifest.rule = evil;
        result.manifest.options = {evil};
        result.controls[0] = {evil, evil, ControlOutcome::failed};
        result.warnings = {evil};
        result.rasters[0].layer = evil;
        for (StudyCell& cell : result.cells) cell.details[0].name = cell.layers[0].name = evil;
        const std::string page = study_report(result).html;
        CHECK(markup_fault(page) == "");
        CHECK(occurrences(page, "<script") == 0);
        CHECK_FALSE(has(page, "\x01"));
    }

    TEST_CASE("An empty result gives a page that says what is missing") {
        check_sound(StudyResult{});
        const std::string page = study_report(StudyResult{}).html;
        CHECK(drawings(page).empty());
        for (const char* id : {"accuracy", "comparisons", "rasters", "spike-times", "errors", "costs"})
            CHECK(has(section(page, id), "Left out: "));
    }

    TEST_CASE("Sections have their figures where the data is there") {
        const std::string page = study_report(small(eight_arms()).result()).html;
        for (const char* id : {"accuracy", "comparisons", "rasters", "spike-times", "errors", "costs"}) {
            CHECK(has(section(page, id), "<figure"));
            CHECK_FALSE(has(section(page, id), "Left out: "));
        }
        for (const char* id : {"summary", "comparisons", "costs", "manifest"}) CHECK(has(section(page, id), "<table"));
    }

    TEST_CASE("Without labels nothing is said of accuracy, but of agreement") {
        StudyResult result = small(eight_arms()).result();
        result.has_labels = false;
        for (StudyCell& cell : result.cells) cell.comparison.reset();
        check_sound(result);
        const std::string page = study_report(result).html;
        CHECK(has(section(page, "accuracy"), "Left out: the data has no labels."));
        CHECK(has(section(page, "accuracy"), "same class as the ANN (%)"));
        CHECK_FALSE(has(page, ">accuracy (%)</text>"));
    }

    TEST_CASE("Without an ANN there is neither its accuracy nor a comparison with it") {
        StudyResult result = small(eight_arms()).result();
        result.has_ann = false;
        for (StudyCell& cell : result.cells)
            for (LayerDetail& detail : cell.details) detail.has_ann = false;
        check_sound(result);
        const std::string page = study_report(result).html;
        CHECK_FALSE(has(page, ">ANN</text>"));
        CHECK_FALSE(has(page, "same class as the ANN (%)"));
        CHECK_FALSE(has(page, "N_snn"));
        CHECK(has(section(page, "errors"), ">Unevenness</text>"));
    }

    TEST_CASE("Degenerate studies are drawn without numbers that are none") {
        StudyResult result = small(eight_arms()).result();
        SUBCASE("no samples") { result.samples = result.detail_samples = 0; }
        SUBCASE("the baseline alone") {
            result.arms.resize(1);
            result.cells.erase(result.cells.begin() + 3, result.cells.end());
        }
        SUBCASE("no details") {
            for (StudyCell& cell : result.cells) cell.details.clear();
        }
        SUBCASE("no layers") {
            for (StudyCell& cell : result.cells) cell.layers.clear();
        }
        SUBCASE("no seeds") {
            for (StudyCell& cell : result.cells) cell.seeds.clear();
        }
        SUBCASE("no cells") { result.cells.clear(); }
        SUBCASE("cells of arms that do not exist") {
            for (StudyCell& cell : result.cells) cell.arm += 100;
            result.rasters[0].arm = 100;
        }
        SUBCASE("layers without pairs") {
            for (StudyCell& cell : result.cells)
                for (LayerDetail& detail : cell.details) {
                    detail = {};
                    detail.name = "conv1";
                    detail.has_ann = detail.has_residual = true;
                }
        }
        SUBCASE("values that are not numbers") {
            const double none = std::numeric_limits<double>::quiet_NaN();
            for (StudyCell& cell : result.cells) {
                if (cell.comparison) cell.comparison->difference = cell.comparison->p = none;
                if (cell.interval) cell.interval = Interval{none, std::numeric_limits<double>::infinity()};
                for (LayerDetail& detail : cell.details) detail.mean_centroid = detail.unevenness.mean = none;
            }
        }
        SUBCASE("rasters without neurons") { result.rasters = {StudyRaster{}}; }
        check_sound(result);
    }

    TEST_CASE("A study of a single T and tick is drawn") {
        SampleStudy study = small(eight_arms());
        study.T = {1};
        check_sound(study.result());
    }

    TEST_CASE("Accuracy over latency has a point for each arm even at a single T, and is left out if all are as fast") {
        SampleStudy study = small(eight_arms());
        study.T = {8};
        StudyResult result = study.result();
        CHECK(has(section(study_report(result).html, "costs"),
                  ">latency: T and extra ticks (ticks, logarithmic)</text>"));
        for (StudyCell& cell : result.cells) cell.extra_ticks = 0;
        CHECK(has(section(study_report(result).html, "costs"), "No arm answers later than its T"));
    }

    TEST_CASE("A control that failed stands in a box before everything else") {
        StudyResult result = small(two_arms()).result();
        CHECK_FALSE(has(study_report(result).html, "<div class=\"failure\">"));
        result.controls[1].outcome = ControlOutcome::failed;
        const std::string page = study_report(result).html;
        CHECK(page.find("<div class=\"failure\">") < page.find("<h2"));
        CHECK(has(page, "1 control failed"));
        CHECK(occurrences(page, ">FAILED</span>") == 1);
    }

    TEST_CASE("The summary says which arms are better and worse, and where there is no evidence") {
        StudyResult result = small(eight_arms()).result();
        for (StudyCell& cell : result.cells)
            if (cell.comparison) {
                cell.comparison->verdict = Verdict::no_evidence;
                cell.comparison->p = 0.5;
            }
        result.cells[3].comparison->verdict = Verdict::better;
        result.cells[3].comparison->difference = 0.0123;
        const std::string text = section(study_report(result).html, "summary");
        CHECK(has(text, "permute:shared (+1.23 points); no evidence of a difference: 6 arms."));
        result.cells[6].comparison->p = 0.001;
        result.cells[9].comparison->verdict = Verdict::identical;
        const std::string told = section(study_report(result).html, "summary");
        CHECK(has(told, "no evidence once corrected for the number of comparisons: "));
        CHECK(has(told, "identical by construction: 1 arm; no evidence of a difference: 4 arms."));
        CHECK(has(text, "95.21 % of them correctly (95 % interval 94.77 to 95.61)"));
    }

    TEST_CASE("A family of many members is one band and a strip, an arm at many layers a line for each T") {
        const std::string orders = study_report(small(all_orders()).result()).html;
        CHECK(has(orders, "Accuracies of the members of permute:all"));
        const std::string each = study_report(each_layer().result()).html;
        CHECK(has(each, "permute:shared (19 arms)"));
        CHECK(has(each, "Difference in accuracy by layer for permute:shared"));
    }

    TEST_CASE("Arms are named with their layers only where the name alone would not do") {
        const StudyResult each = each_layer().result();
        CHECK(report::StudyView(each).label(2) == "permute:shared @ layer1.0.relu1");
        const StudyResult eight = eight_arms().result();
        CHECK(report::StudyView(eight).label(1) == "permute:shared");
    }

    TEST_CASE("Figures that cannot hold all arms show those furthest from the baseline") {
        StudyResult result = small(many_arms(30)).result();
        for (StudyCell& cell : result.cells)
            if (cell.comparison)
                cell.comparison->difference = cell.arm == 29 ? -0.5 : 0.001 * static_cast<double>(cell.arm);
        CHECK(report::StudyView(result).shown(3).arms == std::vector<std::size_t>{0, 29, 30});
        CHECK(has(study_report(result).html, "Shown are 8 of 31 arms"));
    }

    TEST_CASE("An accuracy has the interval of its seeds, or Wilson's of a single run") {
        StudyResult result = small(two_arms()).result();
        const report::StudyView view(result);
        const Interval wilson = wilson_interval(result.cells[0].seeds[0].correct, result.samples);
        CHECK(view.accuracy(result.cells[0])->interval->low == wilson.low);
        result.cells[3].interval = Interval{0.25, 0.75};
        CHECK(view.accuracy(result.cells[3])->interval->low == 0.25);
        result.cells[3].interval.reset();
        CHECK_FALSE(view.accuracy(result.cells[3])->interval.has_value());
    }
}
