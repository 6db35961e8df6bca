#include "io/study/crossed.hpp"

#include "core/assert.hpp"

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>

namespace syncopate {

// Why this variance and these degrees of freedom.
//
// With n images and m seeds the mean of all n·m outcomes has the variance σ²_image/n + σ²_seed/m + σ²_rest/(n·m).
// The mean squares of the two-way table estimate m·σ²_image + σ²_rest (between images), n·σ²_seed + σ²_rest (between
// seeds) and σ²_rest (the rest), so that
//
//     (between images + max(0, between seeds − rest)) / (n·m)
//
// estimates it, and never falls below what images alone say. Taking seeds × images for independent would leave out
// both parts that they share; looking only at the means of the seeds leaves out that of the images, which is the larger
// one, because every seed sees the same images.
//
// Satterthwaite's degrees of freedom follow from the same three mean squares: n − 1 where seeds add nothing. Draws are
// a function of seed and image, so that for most arms σ²_seed is 0 by construction. Where all images of a seed share
// their draws it is not, and two seeds that happen to agree would hide it; then the degrees are those of the seeds at
// most, m − 1.

CrossedMean crossed_mean(const CrossedSums& sums, SeedDraws draws) {
    SYNCOPATE_ASSERT(sums.images >= 2 && sums.seeds >= 2);
    const double n = static_cast<double>(sums.images), m = static_cast<double>(sums.seeds);
    const double total = static_cast<double>(sums.total);
    const double correction = total * total / (n * m);
    const double of_images = static_cast<double>(sums.image_squares) / m - correction;
    const double of_seeds = static_cast<double>(sums.seed_squares) / n - correction;
    const double of_all = static_cast<double>(sums.squares) - correction;
    // Rounding may leave a little less than nothing.
    const double images = std::max(0.0, of_images / (n - 1.0));
    const double seeds = std::max(0.0, of_seeds / (m - 1.0));
    const double rest = std::max(0.0, (of_all - of_images - of_seeds) / ((n - 1.0) * (m - 1.0)));
    const double beyond = std::max(0.0, seeds - rest);
    CrossedMean result{.mean = total / (n * m),
                       .variance = (images + beyond) / (n * m),
                       .degrees = n - 1.0,
                       .image = std::max(0.0, (images - rest) / m),
                       .seed = beyond / n,
                       .rest = rest};
    if (beyond > 0.0) {
        const double squares =
            images * images / (n - 1.0) + seeds * seeds / (m - 1.0) + rest * rest / ((n - 1.0) * (m - 1.0));
        result.degrees = std::max(1.0, (images + beyond) * (images + beyond) / squares);
    }
    if (draws == SeedDraws::common) result.degrees = std::min(result.degrees, m - 1.0);
    return result;
}

CrossedSums with_imagined_differences(CrossedSums sums) {
    sums.images += 2;
    sums.image_squares += sums.seeds * sums.seeds;
    sums.squares += sums.seeds;
    return sums;
}

CrossedSums with_imagined_shares(CrossedSums sums) {
    sums.images += 4;
    sums.seed_squares += 4 * sums.total + 4 * sums.seeds;  // two more in the sum of every seed
    sums.total += 2 * sums.seeds;
    sums.image_squares += 2 * sums.seeds * sums.seeds;
    sums.squares += 2 * sums.seeds;
    return sums;
}

Interval t_interval(const CrossedMean& mean, double confidence) {
    SYNCOPATE_ASSERT(confidence > 0.0 && confidence < 1.0);
    const boost::math::students_t distribution(mean.degrees);
    const double half = boost::math::quantile(distribution, 0.5 + confidence / 2.0) * std::sqrt(mean.variance);
    return {.low = mean.mean - half, .high = mean.mean + half};
}

double p_of_zero(const CrossedMean& mean) {
    if (mean.mean == 0.0) return 1.0;
    if (mean.variance == 0.0) return 0.0;
    const boost::math::students_t distribution(mean.degrees);
    const double t = std::abs(mean.mean) / std::sqrt(mean.variance);
    return 2.0 * boost::math::cdf(boost::math::complement(distribution, t));
}

}  // namespace syncopate
