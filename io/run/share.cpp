#include "io/run/share.hpp"

#include "io/run/wilson.hpp"

namespace syncopate {

double ratio(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

Share share_of(std::int64_t part, std::int64_t whole) {
    const Interval interval = wilson_interval(part, whole);
    return {.value = ratio(part, whole), .wilson_low = interval.low, .wilson_high = interval.high, .count = part};
}

}  // namespace syncopate
