#pragma once

#include "core/routing_steps.hpp"
#include "core/spikes/window.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

/// A routing laid out for delivery: what a spike at position (y, x · channels + channel) of its input becomes.
class RoutingPlan {
public:
    explicit RoutingPlan(const Routing& routing);

    /// The routed spikes of `ticks`; `source_of(tick)` gives the window that holds the source's spikes of a tick.
    template <class SourceOf>
    Window route(TickRange ticks, const SourceOf& source_of) const {
        Filling filling(*this, ticks);
        for (Tick tick = ticks.begin; tick < ticks.end; ++tick) filling.add(source_of(tick), tick);
        return std::move(filling).seal();
    }

    /// The same for the values of an analogue input, rows with channels innermost.
    std::vector<std::int64_t> route_values(std::span<const std::int64_t> values) const;

    const Shape& input() const { return input_; }
    const Shape& output() const { return output_; }

private:
    /// One window being routed: amplitudes of a tick are summed densely, then its events are written down.
    class Filling {
    public:
        Filling(const RoutingPlan& plan, TickRange ticks);
        void add(const Window& source, Tick tick);
        Window seal() &&;

    private:
        const RoutingPlan& plan_;
        OpenWindow open_;
        std::vector<std::int32_t> sums_;
    };

    Shape input_;
    Shape output_;
    std::vector<std::size_t> begin_;      // of every input position, and one more
    std::vector<std::uint32_t> targets_;  // output positions, y · width · channels + x · channels + channel
};

}  // namespace syncopate
