#pragma once

#include "core/shape.hpp"

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

namespace syncopate {

/// Routing: sums the amplitudes of a window's spikes. The divisor of an average is in the weights behind it.
struct SumPool {
    Shape input;
    Shape output;
    std::int32_t kernel_height = 1, kernel_width = 1;
    std::int32_t stride_height = 1, stride_width = 1;
    std::int32_t pad_top = 0, pad_left = 0;
};

/// Routing: moves spikes; element i of the input goes to targets[begin[i]] … targets[begin[i + 1] − 1]. Flat C·H·W
/// indices.
struct Remap {
    Shape input;
    Shape output;
    std::vector<std::size_t> begin;
    std::vector<std::int32_t> targets;
};

using Routing = std::variant<SumPool, Remap>;

}  // namespace syncopate
