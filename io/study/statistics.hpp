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

/// Mean and 95 % t-interval of a few values, such as paired differences over seeds. Requires: at least two values.
/// Values that are all equal give an interval of length 0.
struct MeanInterval {
    double mean = 0.0;
    Interval interval;
};
MeanInterval t_interval(std::span<const double> values, double confidence = 0.95);

/// One p-value from several of the same hypothesis, however they depend on one another: twice their median, at most 1
/// (Rüger 1978; Vovk and Wang 2020). For an even number the upper of the two in the middle counts. One value stays as
/// it is. Requires: at least one value.
double combine_p_values(std::vector<double> p);

/// p-values corrected for having tested all of these (Holm 1979), in the order given.
std::vector<double> holm(std::span<const double> p);

}  // namespace syncopate
