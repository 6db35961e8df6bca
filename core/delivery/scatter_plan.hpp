#pragma once

#include "core/compiled_network.hpp"
#include "core/shape.hpp"

#include <hwy/aligned_allocator.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace syncopate {

/// Where the events of one position of a source row begin to act, relative to a target row.
struct ScatterEntry {
    std::int32_t target = 0;   // first current, counted from the row's origin; may lie in the margin
    std::uint32_t weight = 0;  // first weight; of one-to-one synapses, the weight itself
    friend bool operator==(const ScatterEntry&, const ScatterEntry&) = default;
};

/// A target row that a source row reaches.
struct TargetRow {
    std::int32_t y = 0;
    std::uint32_t weight_shift = 0;  // added to ScatterEntry::weight
};

/// Synapses laid out for delivery by scattering: a spike adds `run_count` runs of `run_blocks` × 16 neighbouring
/// weights to each target row it reaches. Rows of current have margins beside them that catch what a convolution sends
/// beyond the border, so that no spike needs a test; runs are filled up with weights of 0.
///
/// Populations are laid out row by row, channels innermost: position x · channels + channel.
struct ScatterPlan {
    /// Weights are aligned, so that a block is one cache line.
    static constexpr std::size_t block = 16;

    std::vector<ScatterEntry> entries;      // tables of input width · channels
    std::vector<std::size_t> table_of_row;  // of every input row: where its table begins
    std::vector<std::size_t> first_target;  // of every input row, and one more: into target_rows
    std::vector<TargetRow> target_rows;
    hwy::AlignedFreeUniquePtr<std::int32_t[]> weights;
    std::size_t weight_count = 0;
    std::size_t run_blocks = 0;  // 0: one-to-one
    std::size_t run_count = 1;
    std::size_t run_step = 0;     // currents from one run to the next
    std::size_t margin_left = 0;  // currents, a multiple of block
    std::size_t margin_right = 0;
};

/// Synapses without regularity, by source position: those of source (y, position) are begin[i] … begin[i + 1] − 1 with
/// i = y · input width · channels + position, ordered by target.
struct SparsePlan {
    struct Synapse {
        std::uint32_t target = 0;  // y · width · channels + position
        std::int32_t weight = 0;
    };
    std::vector<std::size_t> begin;
    std::vector<Synapse> synapses;
};

/// Requires: `target` is the shape of the target population.
ScatterPlan plan_scatter(const ConvolutionSynapses& synapses, const Shape& target);

/// Whether every source has one synapse at most, and the sources of a row end in one row.
bool is_one_to_one_by_rows(const SparseSynapses& synapses);
/// Requires: is_one_to_one_by_rows(synapses).
ScatterPlan plan_one_to_one(const SparseSynapses& synapses);
SparsePlan plan_sparse(const SparseSynapses& synapses);

/// Position of flat index i (C·H·W) in the row-by-row layout with channels innermost.
std::size_t channels_last(const Shape& shape, std::size_t i);

}  // namespace syncopate
