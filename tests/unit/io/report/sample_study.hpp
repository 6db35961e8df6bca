#pragma once

#include "io/study/study_result.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace syncopate::test {

/// What an invented study looks like. Its numbers are made up, but no more unlike one another than real ones.
struct SampleStudy {
    std::vector<Tick> T = {4, 8, 16};
    std::size_t layers = 19;
    std::size_t seeds = 5;
    std::vector<StudyArm> arms = {};

    StudyResult result() const;
};

/// The baseline and seven others, three of which draw random numbers, and one with a long name.
SampleStudy eight_arms();
SampleStudy two_arms();
/// The baseline and all orders of four ticks, as one family.
SampleStudy all_orders();
/// The baseline and one arm at each of the layers.
SampleStudy each_layer();
/// The baseline and so many others of different families.
SampleStudy many_arms(std::size_t count);

}  // namespace syncopate::test
