#include "io/report/study_report.hpp"

#include "io/report/sections.hpp"

#include <utility>

namespace syncopate {

StudyReport study_report(const StudyResult& result) {
    const std::string& path = result.manifest.network;
    const std::string network = path.substr(path.find_last_of("/\\") + 1);
    report::Page page(network.empty() ? "Study" : "Study of " + network);
    const report::StudyView view(result);
    report::add_summary(page, view);
    report::add_accuracy(page, view);
    report::add_comparisons(page, view);
    report::add_rasters(page, view);
    report::add_spike_times(page, view);
    report::add_errors(page, view);
    report::add_costs(page, view);
    report::add_manifest(page, view);
    return {page.finish(), std::move(page.figures())};
}

}  // namespace syncopate
