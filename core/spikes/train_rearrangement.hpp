#pragma once

#include "core/random/row_site.hpp"
#include "core/spikes/row_trains.hpp"
#include "core/tick.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

/// A relay's rule: re-emits a window rearranged.
class TrainRearrangement {
public:
    virtual ~TrainRearrangement() = default;

    /// Rearranges the trains of a row; they come with each neuron's spikes in order of time.
    virtual void rearrange(RowTrains& trains, const RowSite& site) const = 0;

    /// Whether the new trains depend on nothing but how often each neuron spikes, as long as amplitudes are 1.
    virtual bool needs_counts_only() const { return false; }
    /// Makes them from the counts. Requires: needs_counts_only().
    virtual void arrange(std::span<const std::int32_t> counts, const RowSite& site, RowTrains& trains) const {
        (void)counts, (void)site, (void)trains;
    }

    /// If all neurons are rearranged alike: which old tick every new tick shows. Else empty. `site.y` does not matter.
    virtual std::vector<Tick> common_order(const RowSite& site) const {
        (void)site;
        return {};
    }
};

}  // namespace syncopate
