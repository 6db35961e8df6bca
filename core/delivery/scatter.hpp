#pragma once

#include "core/charge.hpp"
#include "core/delivery/scatter_plan.hpp"
#include "core/spikes/window.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace syncopate {

/// A row of current that events are delivered to.
struct CurrentRow {
    std::int32_t* origin = nullptr;  // the row's first neuron
    std::uint32_t weight_shift = 0;
};

/// Delivers the events of one source row: every event adds its runs of weights, times its amplitude, to every row.
/// Requires: `rows` are rows of one band with the plan's margins beside them; y is the source row.
void scatter_row(const ScatterPlan& plan, std::int32_t y, const Window::Row& events, std::span<const CurrentRow> rows);

/// The analogue counterpart: adds value · weight to 64-bit sums. `values` are those of one source row, channels
/// innermost.
struct ProductRow {
    Charge* origin = nullptr;
    std::uint32_t weight_shift = 0;
};
void scatter_values(const ScatterPlan& plan, std::int32_t y, std::span<const Charge> values,
                    std::span<const ProductRow> rows);

}  // namespace syncopate
