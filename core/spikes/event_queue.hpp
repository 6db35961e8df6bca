#pragma once

#include "core/spikes/value_window.hpp"
#include "core/spikes/window.hpp"
#include "core/tick.hpp"

#include <cstddef>
#include <deque>
#include <span>
#include <vector>

namespace syncopate {

/// The event queue of a simulation: for every population the sealed windows that somebody may still need, and its
/// horizon, the tick before which no further spike of it can come.
///
/// A window enters when its population has advanced over its ticks; entering moves the horizon to the window's end.
/// Populations advance no further than the horizons of their sources allow, so a reader never asks for a tick that is
/// not sealed, and no reader ever waits: there is no lock. The values of linear populations pass through it as spikes
/// do.
class EventQueue {
public:
    explicit EventQueue(std::size_t populations) : lanes_(populations) {}

    /// The tick before which all spikes of the population are known.
    Tick horizon(std::size_t population) const { return lanes_[population].horizon; }

    /// Requires: the window begins at the population's horizon.
    void push(std::size_t population, Window window);

    void push(std::size_t population, ValueWindow window);

    /// The population's spikes before `end` are those of windows that somebody else keeps: they must stay until
    /// clear(). Requires: nothing of the population was pushed; the windows hold every tick before `end`.
    void borrow(std::size_t population, std::span<const Window> windows, Tick end);

    /// Moves the horizon to `end` without a window: nobody will ask for one.
    void skip(std::size_t population, Tick end) { lanes_[population].horizon = end; }

    /// The window that holds the tick. Requires: tick ≥ 0, before the horizon, and not discarded.
    const Window& window_at(std::size_t population, Tick tick) const;

    const ValueWindow& values_at(std::size_t population, Tick tick) const;

    /// Memory of forgotten windows, for a new one; empty if there is none.
    WindowStorage take_storage();

    /// Forgets windows that end at or before the tick.
    void discard_before(std::size_t population, Tick tick);

    void clear();

    /// How many windows of the population are kept.
    std::size_t window_count(std::size_t population) const {
        return lanes_[population].windows.size() + lanes_[population].values.size();
    }

private:
    struct Lane {
        std::deque<Window> windows;
        std::deque<ValueWindow> values;  // of a linear population
        std::span<const Window> borrowed;
        Tick horizon = 0;
    };
    void forget_first(Lane& lane);

    std::vector<Lane> lanes_;
    std::vector<WindowStorage> spare_;
};

}  // namespace syncopate
