#pragma once

#include <cstdint>

namespace syncopate {

/// Simulated time: a count of ticks from the start of the sample's window. In a converted network one tick is one time
/// step.
using Tick = std::int32_t;

/// A half-open range of ticks.
struct TickRange {
    Tick begin = 0;
    Tick end = 0;

    Tick length() const { return end - begin; }
    bool contains(Tick tick) const { return begin <= tick && tick < end; }
    friend bool operator==(const TickRange&, const TickRange&) = default;
};

}  // namespace syncopate
