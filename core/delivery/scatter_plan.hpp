#pragma once

#include "core/delivery/delivery.hpp"
#include "core/shape.hpp"
#include "core/synapses.hpp"

#include <hwy/aligned_allocator.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace syncopate {

/// Where the events of one position of a source row begin to act, relative to a target row.
struct ScatterEntry {
    std::int32_t target = 0;   // first current, counted from the row's origin; may lie in the margin
    std::uint32_t weight = 0;  // first weight
    friend bool operator==(const ScatterEntry&, const ScatterEntry&) = default;
};

/// Synapses laid out for delivery by scattering: a spike adds `run_count` runs of `run_blocks` × 16 neighbouring
/// weights to each target row it reaches. Rows of current have margins beside them that catch what a convolution sends
/// beyond the border, so that no spike needs a test; runs are filled up with weights of 0.
///
/// Populations are laid out row by row, channels innermost: position x · channels + channel.
struct ScatterPlan {
    /// Weights are aligned, so that a block is one cache line.
    static constexpr std::size_t block = sums_per_block;

    std::vector<ScatterEntry> entries;      // tables of input width · channels
    std::vector<std::size_t> table_of_row;  // of every input row: where its table begins
    std::vector<std::size_t> first_target;  // of every input row, and one more: into target_rows
    std::vector<TargetRow> target_rows;
    hwy::AlignedFreeUniquePtr<std::int32_t[]> weights;
    std::size_t weight_count = 0;
    std::size_t run_blocks = 0;
    std::size_t run_count = 1;
    std::size_t run_step = 0;     // currents from one run to the next
    std::size_t margin_left = 0;  // currents, a multiple of block
    std::size_t margin_right = 0;
};

/// Requires: `target` is the shape of the target population.
ScatterPlan plan_scatter(const ConvolutionSynapses& synapses, const Shape& target);

}  // namespace syncopate
