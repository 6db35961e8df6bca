#pragma once

#include "io/report/study_view.hpp"

#include <string>
#include <vector>

namespace syncopate::report {

/// For each arm that is better or worse than the baseline, in words (HTML): by how much, in which layer its error
/// changes most in that direction and by which part, and at which ticks the spikes of that layer come instead. From the
/// close look, so that it says what was seen in a few samples, not what was tested.
std::vector<std::string> conclusions(const StudyView& view);

}  // namespace syncopate::report
