#pragma once

#include <cstdint>

namespace syncopate {

/// A share of samples, and its 95 % Wilson interval.
struct Share {
    double value = 0.0;
    double wilson_low = 0.0;
    double wilson_high = 1.0;
    std::int64_t count = 0;  // samples that make up the share
};

/// part / whole, with the interval; without samples 0 in [0, 1]. Requires: 0 ≤ part ≤ whole.
Share share_of(std::int64_t part, std::int64_t whole);

/// part / whole, but 0 if there is no whole.
double ratio(std::int64_t part, std::int64_t whole);

/// As our JSON files write a share. A template, because only sources know which library writes JSON.
template <typename Json>
void to_json(Json& json, const Share& share) {
    json = {{"value", share.value},
            {"wilson_low", share.wilson_low},
            {"wilson_high", share.wilson_high},
            {"count", share.count}};
}

}  // namespace syncopate
