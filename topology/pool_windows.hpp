#pragma once

#include "core/pooling.hpp"
#include "core/shape.hpp"
#include "topology/ann_graph.hpp"

#include <string>

namespace syncopate {

/// The windows of a maximum over an input of the given shape.
PoolWindow pool_window(const AnnMaxPool& pool, const Shape& input);

/// Throws Error, naming `where`, unless every window of an output of the given shape reaches an input, and no position
/// leaves 32 bits.
void check_windows(const PoolWindow& window, const Shape& output, const std::string& where);

}  // namespace syncopate
