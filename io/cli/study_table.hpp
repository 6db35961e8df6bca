#pragma once

#include "io/study/study_result.hpp"

#include <string>

namespace syncopate {

/// A study as a table for people: one line for each arm and T.
std::string study_table(const StudyResult& result);

}  // namespace syncopate
