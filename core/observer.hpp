#pragma once

#include "core/charge.hpp"
#include "core/recording.hpp"
#include "core/tick.hpp"
#include "core/window.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

/// Watches one sample while it runs. Calls come in order of time for each population, never two at once for one sample.
class Observer {
public:
    virtual ~Observer() = default;

    /// The read-out's potentials after a tick (flat C·H·W).
    virtual void read_out(std::size_t population, Tick tick, std::span<const Charge> potential) {
        (void)population, (void)tick, (void)potential;
    }
    /// A sealed window of a population that spikes.
    virtual void spikes(std::size_t population, const Window& window) { (void)population, (void)window; }
};

/// Neurons of one population to be followed tick by tick; the engine appends to the traces.
struct PopulationProbe {
    std::size_t population = 0;
    std::vector<NeuronTrace> traces;
};

}  // namespace syncopate
