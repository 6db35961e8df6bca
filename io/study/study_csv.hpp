#pragma once

#include "io/study/study_result.hpp"

#include <string>

namespace syncopate {

/// A study as CSV (RFC 4180, but lines end in "\n"): a line of names, then one row for each arm, T and seed. A cell is
/// empty where there is nothing to say, such as an accuracy without labels.
///
/// Of the run in the row: correct to mcnemar_only_baseline, p_exact and p_mid; `difference_to_baseline` is that of its
/// accuracy, and the costs are those of its samples. Over the seeds, and so the same in all their rows: p_combined,
/// p_holm and the verdict.
std::string study_csv(const StudyResult& study);

}  // namespace syncopate
