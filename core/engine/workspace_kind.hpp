#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace syncopate {

/// What decides the memory of a workspace, and nothing else: networks of the same kind can share one.
struct WorkspaceKind {
    struct OfPopulation {
        std::size_t neurons = 0;
        std::int32_t rows = 0;
        bool has_potential = false;
        bool has_amplitudes = false;               // of what it sends from bands
        std::size_t pooled_sums = 0;               // of pooling neurons
        std::vector<std::int32_t> band_rows = {};  // as of PopulationPlan
        friend auto operator<=>(const OfPopulation&, const OfPopulation&) = default;
    };
    std::vector<OfPopulation> populations;
    friend auto operator<=>(const WorkspaceKind&, const WorkspaceKind&) = default;
};

}  // namespace syncopate
