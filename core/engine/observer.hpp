#pragma once

#include "core/charge.hpp"
#include "core/spikes/recording.hpp"
#include "core/spikes/window.hpp"
#include "core/tick.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

/// Watches one sample while it runs. Calls come in order of time for each population, never two at once for one sample.
class Observer {
public:
    virtual ~Observer() = default;

    /// The read-out's potentials after a tick (flat C·H·W). Ticks are local: from the start of the population's window.
    /// A read-out behind two-phase neurons or relays is shown after the last tick only: before it, its potential says
    /// nothing about the sample.
    virtual void read_out(std::size_t population, Tick tick, std::span<const Charge> potential) {
        (void)population, (void)tick, (void)potential;
    }
    /// Whether spikes() shall be called for a population; where nobody wants them, the engine may count them only.
    virtual bool wants_spikes(std::size_t population) const {
        (void)population;
        return true;
    }
    /// A sealed window of a population that spikes, in local ticks: from the start of the window in which it sends.
    virtual void spikes(std::size_t population, const Window& window) { (void)population, (void)window; }
};

/// Neurons of one population to be followed tick by tick; the engine appends to the traces.
struct PopulationProbe {
    std::size_t population = 0;
    std::vector<NeuronTrace> traces;
};

}  // namespace syncopate
