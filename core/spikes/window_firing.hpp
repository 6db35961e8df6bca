#pragma once

#include "core/charge.hpp"
#include "core/random/row_site.hpp"
#include "core/spikes/row_trains.hpp"

#include <cstdint>
#include <span>

namespace syncopate {

/// The second phase of neurons that hold their window: spikes in the window after the one that was accumulated.
class WindowFiring {
public:
    virtual ~WindowFiring() = default;

    /// The spikes of a row. Takes what is sent from `potential`, adds the number of spikes of each neuron to `counts`,
    /// and, unless `trains` is null, puts the spikes there.
    virtual void fire(std::span<Charge> potential, const RowSite& site, std::span<std::int32_t> counts,
                      RowTrains* trains) const = 0;

    /// What every spike takes from the potential, at its tick.
    virtual Charge taken() const = 0;
};

}  // namespace syncopate
