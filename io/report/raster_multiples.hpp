#pragma once

#include "io/plot/figure.hpp"
#include "io/study/study_result.hpp"

#include <functional>
#include <span>
#include <string>

namespace syncopate::report {

/// The spikes of the same neurons in the baseline and in each arm, in panels of one size: a row for each neuron, a
/// column for each tick, and the number of spikes at the right of each row. `label`: of an arm. Requires: rasters of
/// one layer, sample and T, at least one.
Figure raster_multiples(std::span<const StudyRaster> rasters, const std::function<std::string(std::size_t)>& label);

}  // namespace syncopate::report
