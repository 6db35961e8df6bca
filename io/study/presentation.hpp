#pragma once

#include "io/study/study_result.hpp"

#include <cstdint>
#include <string>

namespace syncopate {

/// The arm's name, and where it acts unless that is everywhere: "permute", "tpp @ prefix:conv3". The same in all tables
/// and figures.
std::string label_of(const StudyArm& arm);

/// What one sample costs, in all layers.
struct CellCosts {
    double spikes = 0.0;
    double synaptic_operations = 0.0;
};

/// The mean over samples and seeds; 0 if nothing was run.
CellCosts costs_of(const StudyCell& cell, std::int64_t samples);

}  // namespace syncopate
