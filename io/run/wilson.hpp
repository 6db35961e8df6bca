#pragma once

#include <cstdint>

namespace syncopate {

/// Ends of an interval of shares, or of differences of shares (−1 to 1; a t-interval may go beyond).
struct Interval {
    double low = 0.0;
    double high = 1.0;
};

/// Wilson's score interval of a share (successes of trials) at a level of confidence (Wilson 1927).
/// Requires: 0 ≤ successes ≤ trials. Without trials the interval is [0, 1].
Interval wilson_interval(std::int64_t successes, std::int64_t trials, double confidence = 0.95);

}  // namespace syncopate
