#pragma once

#include "io/study/study_result.hpp"

#include <string>

namespace syncopate {

/// What a study found out, as one HTML page that needs no other file and no network: summary, controls, accuracy,
/// comparisons, rasters, spike times, errors, costs and how all of it was computed, with figures as inline SVG.
/// A function of `result` alone: equal results give equal bytes.
std::string study_report_html(const StudyResult& result);

}  // namespace syncopate
