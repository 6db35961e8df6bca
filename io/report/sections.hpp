#pragma once

#include "io/report/page.hpp"
#include "io/report/study_view.hpp"

namespace syncopate::report {

/// The sections of the report, in their order. One whose data is absent says why in one sentence.
void add_summary(Page& page, const StudyView& view);
void add_accuracy(Page& page, const StudyView& view);
void add_comparisons(Page& page, const StudyView& view);
void add_rasters(Page& page, const StudyView& view);
void add_spike_times(Page& page, const StudyView& view);
void add_errors(Page& page, const StudyView& view);
void add_costs(Page& page, const StudyView& view);
void add_manifest(Page& page, const StudyView& view);

}  // namespace syncopate::report
