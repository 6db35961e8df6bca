#pragma once

#include "io/run/wilson.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

/// Two-sided p-values of McNemar's test of two classifiers on the same samples (Fagerland, Lydersen and Laake 2013).
struct McNemar {
    double p_exact = 1.0;
    double p_mid = 1.0;  // the exact test's, less half the probability of what was seen: less conservative
};

/// `only_first`, `only_second`: samples that only one of the two gets right. Requires: both ≥ 0.
McNemar mcnemar(std::int64_t only_first, std::int64_t only_second);

/// Score interval of the difference of two shares, first − second, of the same samples (Tango 1998): of all
/// differences, those that are not rejected. Requires: both counts ≥ 0 and together at most `samples`, which is at
/// least 1.
Interval paired_interval(std::int64_t only_first, std::int64_t only_second, std::int64_t samples,
                         double confidence = 0.95);

/// p-values corrected for having tested all of these (Holm 1979), in the order given.
std::vector<double> holm(std::span<const double> p);

}  // namespace syncopate
