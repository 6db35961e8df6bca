#include "io/run/wilson.hpp"

#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>

namespace syncopate {

Interval wilson_interval(std::int64_t successes, std::int64_t trials, double confidence) {
    if (trials == 0) return {};
    const double n = static_cast<double>(trials);
    const double p = static_cast<double>(successes) / n;
    // Wilson's interval rather than p ± z·√(p(1 − p)/n): that one has length 0 where all samples are right, or none,
    // and reaches beyond 0 and 1 near them. Here the outer end is 0 or 1 exactly in these cases, but for rounding,
    // which could put it just outside; hence the limits.
    const double z = boost::math::quantile(boost::math::normal(), 0.5 + confidence / 2.0);
    const double middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    const double half = z / (1.0 + z * z / n) * std::sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
    return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

}  // namespace syncopate
