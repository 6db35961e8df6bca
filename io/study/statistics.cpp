#include "io/study/statistics.hpp"

#include "core/assert.hpp"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/students_t.hpp>

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

MeanInterval t_interval(std::span<const double> values, double confidence) {
    SYNCOPATE_ASSERT(values.size() >= 2);
    SYNCOPATE_ASSERT(confidence > 0.0 && confidence < 1.0);
    // Seen from the first value, equal values differ by exactly 0.
    const double n = static_cast<double>(values.size());
    double sum = 0.0;
    for (const double value : values) sum += value - values.front();
    const double offset = sum / n;
    double squares = 0.0;
    for (const double value : values) {
        const double deviation = value - values.front() - offset;
        squares += deviation * deviation;
    }
    const double mean = values.front() + offset;
    // Student's distribution, not the normal one: with two seeds its quantile is 12.7, not 1.96.
    const double t = boost::math::quantile(boost::math::students_t(n - 1.0), 0.5 + confidence / 2.0);
    const double half = t * std::sqrt(squares / (n - 1.0) / n);
    return {.mean = mean, .interval = {.low = mean - half, .high = mean + half}};
}

double combine_p_values(std::vector<double> p) {
    SYNCOPATE_ASSERT(!p.empty() && are_probabilities(p));
    if (p.size() == 1) return p.front();
    // n/k times the k-th smallest of n p-values is valid however they depend on one another (Rüger 1978). With the
    // middle one, or the upper of two, k is more than n/2, so a factor of 2 is never too small. Dependence is the
    // point: seeds share their samples. A single p-value was combined with nothing and is not doubled.
    const auto middle = p.begin() + static_cast<std::ptrdiff_t>(p.size() / 2);  // the upper one of an even number
    std::nth_element(p.begin(), middle, p.end());
    return std::min(1.0, 2.0 * *middle);
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
