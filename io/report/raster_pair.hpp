#pragma once

#include "io/plot/figure.hpp"
#include "io/study/study_result.hpp"

#include <string>

namespace syncopate::report {

/// The spikes of a raster's neurons before (left) and after the edit (right): a row for each neuron, a column for each
/// tick, and the number of spikes at the right of each row.
Figure raster_pair(const StudyRaster& raster, const std::string& arm);

}  // namespace syncopate::report
