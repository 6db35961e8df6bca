#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace syncopate {

/// A named array of parameters, row-major, as it stands in the imported network.
struct Tensor {
    std::string name;
    std::vector<std::int64_t> dimensions;
    std::vector<float> values;
};

/// Position of a tensor in the tensor table of its graph; stages refer to weights this way, so that several
/// projections can share them.
enum class TensorId : std::int32_t { none = -1 };

}  // namespace syncopate
