#pragma once

#include "core/charge.hpp"
#include "core/delivery/scatter_plan.hpp"
#include "core/spikes/window.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace syncopate {

/// Delivers the events of one source row: every event adds its runs of weights, times its amplitude, to every row.
/// Requires: `rows` are rows of one band with the plan's margins beside them; y is the source row.
void scatter_row(const ScatterPlan& plan, std::int32_t y, const Window::Row& events,
                 std::span<const SumRow<std::int32_t>> rows);

/// The same of values, which have up to 64 bits: those of one source row, channels innermost.
void scatter_values(const ScatterPlan& plan, std::int32_t y, std::span<const Charge> values,
                    std::span<const SumRow<Charge>> rows);

}  // namespace syncopate
