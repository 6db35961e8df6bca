#pragma once

#include "io/study/study_result.hpp"

#include <string>

namespace syncopate {

/// A study as JSON (`syncopate-study/1`, see io/schemas): all of it, and the same bytes for the same result.
/// Requires: a result as a study makes it, so no number that is not finite.
std::string study_json(const StudyResult& study);

}  // namespace syncopate
