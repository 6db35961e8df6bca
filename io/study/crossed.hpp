#pragma once

#include "io/run/wilson.hpp"

#include <cstdint>

namespace syncopate {

/// Outcomes x(image, seed) that are whole numbers: 0 and 1 for a class that is wrong or right, −1, 0 and 1 for the
/// difference of two. Every image is crossed with every seed. These sums are exact in any order, and all that counts.
struct CrossedSums {
    std::int64_t images = 0;
    std::int64_t seeds = 0;
    std::int64_t total = 0;          // Σ x
    std::int64_t squares = 0;        // Σ x²
    std::int64_t image_squares = 0;  // Σ over images of (Σ over seeds of x)²
    std::int64_t seed_squares = 0;   // Σ over seeds of (Σ over images of x)²
};

/// Of outcome(image, seed).
template <class Outcome>
CrossedSums crossed_sums(std::int64_t images, std::int64_t seeds, const Outcome& outcome) {
    CrossedSums sums{.images = images, .seeds = seeds};
    for (std::int64_t s = 0; s < seeds; ++s) {
        std::int64_t of_seed = 0;
        for (std::int64_t i = 0; i < images; ++i) of_seed += outcome(i, s);
        sums.seed_squares += of_seed * of_seed;
        sums.total += of_seed;
    }
    for (std::int64_t i = 0; i < images; ++i) {
        std::int64_t of_image = 0;
        for (std::int64_t s = 0; s < seeds; ++s) {
            const std::int64_t x = outcome(i, s);
            of_image += x;
            sums.squares += x * x;
        }
        sums.image_squares += of_image * of_image;
    }
    return sums;
}

/// What the draws of a seed have in common from image to image.
enum class SeedDraws : std::uint8_t {
    own,     // every image has its own: a seed has no part of its own in the variance
    common,  // the same for all, as of permute:fixed: a seed is one draw, and there are as few of these as seeds
};

/// The mean of x with the variance of that mean, as images and seeds are drawn anew: x(i, s) = μ + image(i) + seed(s) +
/// rest(i, s), each part random, all independent (METHODS.md, Measures).
struct CrossedMean {
    double mean = 0.0;
    double variance = 0.0;  // of the mean, from all three parts
    double degrees = 0.0;   // of freedom of `variance`
    double image = 0.0;     // components, of one image, one seed and one pair; not below 0
    double seed = 0.0;
    double rest = 0.0;
};

/// Requires: at least 2 images and 2 seeds.
CrossedMean crossed_mean(const CrossedSums& sums, SeedDraws draws);

/// The sums with a few images more that nobody has seen, without which a handful of outcomes that are all alike would
/// have no variance: of differences two, one with a half chance of 1 and one of −1 (Agresti and Min 2005); of shares
/// two that are right and two that are wrong (Agresti and Coull 1998).
CrossedSums with_imagined_differences(CrossedSums sums);
CrossedSums with_imagined_shares(CrossedSums sums);

/// Of Student's t with the mean's degrees of freedom.
Interval t_interval(const CrossedMean& mean, double confidence = 0.95);
/// Two-sided, of the hypothesis that μ is 0. Below 1 − confidence exactly where the interval leaves out 0.
double p_of_zero(const CrossedMean& mean);

}  // namespace syncopate
