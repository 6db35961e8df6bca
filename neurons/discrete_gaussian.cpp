#include "neurons/discrete_gaussian.hpp"

#include "core/assert.hpp"
#include "neurons/rearrangement.hpp"

#include <algorithm>
#include <cmath>

namespace syncopate {

namespace {

/// e^-x for x ≥ 0: the series for x / 2^k, squared k times. Only additions, multiplications and divisions.
double exp_of_minus(double x) {
    if (x > 700.0) return 0.0;
    int halvings = 0;
    // The library's exp may differ in its last bit from system to system, and one bit would change which tick a spike
    // moves to. IEEE additions, multiplications and divisions are the same everywhere.
    for (; x > 0.5; x /= 2.0) ++halvings;
    double term = 1.0, sum = 1.0;
    for (int k = 1; k < 24; ++k) {
        term *= -x / k;
        sum += term;
    }
    for (; halvings > 0; --halvings) sum *= sum;
    return sum;
}

}  // namespace

DiscreteGaussian::DiscreteGaussian(double sigma) {
    SYNCOPATE_ASSERT(sigma >= 0.0 && sigma <= max_jitter);
    // Beyond 7 σ lies less than 2^-32 of the whole.
    const auto reach = static_cast<Tick>(std::ceil(7.0 * sigma));
    least_ = -reach;
    std::vector<double> weight;
    double whole = 0.0;
    for (Tick k = -reach; k <= reach; ++k) {
        weight.push_back(k == 0 ? 1.0 : exp_of_minus(0.5 * (k / sigma) * (k / sigma)));
        whole += weight.back();
    }
    double sum = 0.0;
    for (const double w : weight) {
        sum += w;
        // A table of cumulative probabilities in units of 2^-32: a draw of 32 bits then decides by comparison alone,
        // and no rounding happens at run time.
        below_.push_back(static_cast<std::uint64_t>(std::nearbyint(std::ldexp(sum / whole, 32))));
    }
    below_.back() = std::uint64_t{1} << 32;
}

Tick DiscreteGaussian::value(std::uint32_t bits) const {
    return least_ + static_cast<Tick>(std::ranges::upper_bound(below_, std::uint64_t{bits}) - below_.begin());
}

}  // namespace syncopate
