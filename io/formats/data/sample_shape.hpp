#pragma once

#include "core/shape.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace syncopate {

/// Shape of one sample of an array N×C×H×W, N×H×W (one channel; or C×length if the network takes C×1×length) or
/// N×features (features×1×1, or the network's input if it has as many values).
/// Throws Error naming `where` for other numbers of dimensions, for arrays that look like N×H×W×C, and for samples that
/// are empty or have 2³¹ values or more.
Shape sample_shape(std::span<const std::int64_t> dimensions, const std::optional<Shape>& network_input,
                   const std::string& where);

}  // namespace syncopate
