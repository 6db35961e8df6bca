#include "io/study/statistics.hpp"

#include "core/assert.hpp"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace syncopate {

namespace {

/// What is not a number is no probability either.
bool are_probabilities(std::span<const double> p) {
    return std::ranges::all_of(p, [](double value) { return value >= 0.0 && value <= 1.0; });
}

/// Tango's statistic: how far what was seen is from a difference that is assumed, in standard deviations under it.
struct PairedScore {
    double only_first, only_second, samples;

    double at(double difference) const {
        // The most likely share of samples that only the second gets right, if the difference were that: the larger
        // root of a quadratic equation.
        const double linear = (2.0 * samples - only_first + only_second) * difference - only_first - only_second;
        const double constant = -only_second * difference * (1.0 - difference);
        const double root = std::sqrt(std::max(0.0, linear * linear - 8.0 * samples * constant));
        const double share = (root - linear) / (4.0 * samples);
        const double variance = samples * (2.0 * share + difference * (1.0 - difference));
        const double distance = only_first - only_second - samples * difference;
        if (distance == 0.0) return 0.0;
        return variance > 0.0 ? distance / std::sqrt(variance) : std::copysign(INFINITY, distance);
    }
};

}  // namespace

McNemar mcnemar(std::int64_t only_first, std::int64_t only_second) {
    SYNCOPATE_ASSERT(only_first >= 0 && only_second >= 0);
    if (only_first == 0 && only_second == 0) return {};
    const double fewer = static_cast<double>(std::min(only_first, only_second));
    // By the distribution's functions rather than by adding up terms: a study may have a million discordant samples,
    // whose binomial coefficients no floating-point number holds, and whose tail would collect as many rounding errors.
    const boost::math::binomial discordant(static_cast<double>(only_first) + static_cast<double>(only_second), 0.5);
    const double seen = boost::math::pdf(discordant, fewer);
    // With equal counts both tails contain what was seen, and twice one tail would count it twice. Cutting the result
    // to 1 repairs the exact p-value but not mid-p, which would come out too small.
    if (only_first == only_second) return {.p_exact = 1.0, .p_mid = 1.0 - 0.5 * seen};
    // The counts (a, b) and (b, a) are equally unlikely, so half the probability of what was seen is half of twice
    // this.
    const double exact = std::min(1.0, 2.0 * boost::math::cdf(discordant, fewer));
    return {.p_exact = exact, .p_mid = std::max(0.0, exact - seen)};
}

Interval paired_interval(std::int64_t only_first, std::int64_t only_second, std::int64_t samples, double confidence) {
    SYNCOPATE_ASSERT(only_first >= 0 && only_second >= 0 && samples >= 1 && only_first + only_second <= samples);
    SYNCOPATE_ASSERT(confidence > 0.0 && confidence < 1.0);
    const PairedScore score{static_cast<double>(only_first), static_cast<double>(only_second),
                            static_cast<double>(samples)};
    const double limit = boost::math::quantile(boost::math::normal(), 0.5 + confidence / 2.0);
    const double seen = (score.only_first - score.only_second) / score.samples;
    // The statistic falls as the difference that is tested rises, and is 0 at the one that was seen, so that each end
    // is halved down to; 60 halvings leave less than a rounding error of an interval of length 2.
    const auto end = [&](double outside, double sign) {
        double inside = seen;
        for (int step = 0; step < 60; ++step) {
            const double middle = (inside + outside) / 2.0;
            (sign * score.at(middle) < limit ? inside : outside) = middle;
        }
        return inside;
    };
    return {.low = end(-1.0, 1.0), .high = end(1.0, -1.0)};
}

std::vector<double> holm(std::span<const double> p) {
    SYNCOPATE_ASSERT(are_probabilities(p));
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    // The order of equal p-values does not matter: the second of two has the smaller factor, and is raised to the
    // first.
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
    std::vector<double> corrected(p.size());
    double largest = 0.0;  // a p-value is never corrected to less than a smaller one
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        const double left = static_cast<double>(order.size() - rank);
        largest = std::max(largest, std::min(1.0, left * p[order[rank]]));
        corrected[order[rank]] = largest;
    }
    return corrected;
}

}  // namespace syncopate
