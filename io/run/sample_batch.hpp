#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace syncopate {

/// One preprocessed sample.
struct Sample {
    std::int64_t index = 0;      // in the data set
    std::int32_t label = -1;     // −1: not known
    std::vector<double> values;  // flat C·H·W
    std::int64_t position = 0;   // among the samples of the run
};

/// Loads a sample by its position among the samples of the run. May be called from several threads at once.
using SampleLoader = std::function<Sample(std::int64_t position)>;

}  // namespace syncopate
