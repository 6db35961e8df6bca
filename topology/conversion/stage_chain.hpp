#pragma once

#include "topology/linear_stage.hpp"

#include <vector>

namespace syncopate {

/// The same linear map in fewer stages: stages that change nothing are dropped, neighbouring gathers become one, and so
/// do neighbouring scales. Where a dropped reshape stood, two stages of equal size but different shape meet.
std::vector<LinearStage> simplified(std::vector<LinearStage> stages);

/// Whether the map is certainly zero: a gather reads nothing.
bool is_zero_map(const std::vector<LinearStage>& stages);

}  // namespace syncopate
