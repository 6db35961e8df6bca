#pragma once

#include "core/charge.hpp"
#include "core/engine/pooling_plan.hpp"
#include "core/shape.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

/// The largest of the sums that each window of pooling neurons with the shape `output` sees. `sums`: of a whole window,
/// for every input; laid out as Layout says, as is what is returned.
std::vector<std::int32_t> largest_sums(const PoolingPlan& plan, const Shape& output, std::span<const Charge> sums);

}  // namespace syncopate
