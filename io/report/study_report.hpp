#pragma once

#include "io/report/page.hpp"
#include "io/study/study_result.hpp"

#include <string>
#include <vector>

namespace syncopate {

/// What a study found out, as one HTML page that needs no other file and no network, with figures as inline SVG; and
/// the figures, to which the page has links as files beside it.
struct StudyReport {
    std::string html;
    std::vector<report::ReportFigure> figures;
};

/// The answer first; then controls, accuracy, comparisons, rasters, spike times, errors, costs and how all of it was
/// computed. A function of `result` alone: equal results give equal bytes.
StudyReport study_report(const StudyResult& result);

}  // namespace syncopate
