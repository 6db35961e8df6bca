#pragma once

#include "io/study/study_result.hpp"

namespace syncopate {

/// A small study in which everything occurs that a study can hold, with numbers that agree with one another: ten
/// samples, T = 2, the baseline, an arm with chance on two seeds, and one without chance that changes nothing.
StudyResult sample_study();

/// The same of a data set without labels and a network without an ANN.
StudyResult unlabelled_study();

}  // namespace syncopate
