#pragma once

#include "core/random/random.hpp"
#include "core/random/row_site.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace syncopate {

/// Where the draws of a relay come from: a new one for each sample, or the same for all.
struct RelayDraws {
    bool is_fixed = false;

    /// The site of one stream's draws: those of a neuron (flat C·H·W), a channel or the layer.
    DrawSite site(const RowSite& row, std::uint32_t stream) const;
    DrawStream stream(const RowSite& row, std::uint32_t stream) const { return DrawStream(site(row, stream)); }
    /// A uniformly random permutation of the window's ticks, by Fisher and Yates: which old tick every new tick shows.
    std::vector<Tick> permutation(const RowSite& row, std::uint32_t stream) const;
    /// ", the same for all samples", or nothing.
    std::string sentence_end() const { return is_fixed ? ", the same for all samples" : ""; }
    /// ":fixed", or nothing.
    std::string text() const { return is_fixed ? ":fixed" : ""; }
};

/// How many of the 2^32 values of a draw count as a hit, for a probability; compared in integers.
std::uint64_t draw_limit(double probability);

}  // namespace syncopate
