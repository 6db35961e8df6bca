// How often 95 % intervals hold what they are to hold, and how often there is evidence of what is not there.
#include "io/study/crossed.hpp"
#include "io/study/statistics.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

using namespace syncopate;

namespace {

constexpr int draws = 10000;

/// Images of one kind: how many there are, and how likely baseline and arm are right.
struct Kind {
    double share, baseline, arm;
};
using World = std::vector<Kind>;

// Mostly easy images with some that are hard; few on which the two differ; a better arm; a worse one; coins.
const std::vector<World> worlds = {{{0.8, 1.0, 1.0}, {0.1, 1.0, 0.8}, {0.1, 0.0, 0.4}},
                                   {{0.95, 1.0, 1.0}, {0.03, 1.0, 0.5}, {0.02, 0.0, 0.5}},
                                   {{0.9, 1.0, 1.0}, {0.1, 0.0, 0.5}},
                                   {{0.7, 1.0, 0.9}, {0.3, 0.3, 0.3}},
                                   {{1.0, 0.5, 0.5}}};

/// The baseline runs once; the arm with every seed, whose luck, shared by all images, has this deviation.
struct Draw {
    const World& world;
    double luck;
    std::int64_t images, seeds;

    double truth() const {
        double difference = 0.0;
        for (const Kind& kind : world) difference += kind.share * (kind.arm - kind.baseline);
        return difference;
    }

    /// Differences, [image · seeds + seed].
    std::vector<std::int8_t> operator()(std::mt19937_64& random) const {
        std::uniform_real_distribution<double> uniform(0.0, 1.0);
        std::normal_distribution<double> normal(0.0, 1.0);
        std::vector<double> of_seed;
        for (std::int64_t s = 0; s < seeds; ++s) of_seed.push_back(luck * normal(random));
        std::vector<std::int8_t> differences;
        for (std::int64_t i = 0; i < images; ++i) {
            double place = uniform(random);
            std::size_t kind = 0;
            while (kind + 1 < world.size() && place >= world[kind].share) place -= world[kind++].share;
            const int baseline = uniform(random) < world[kind].baseline ? 1 : 0;
            for (const double shift : of_seed) {
                // Luck is left out where it could only cut: the truth would not be what it is.
                const bool is_certain = world[kind].arm == 0.0 || world[kind].arm == 1.0;
                const int arm = uniform(random) < world[kind].arm + (is_certain ? 0.0 : shift) ? 1 : 0;
                differences.push_back(static_cast<std::int8_t>(arm - baseline));
            }
        }
        return differences;
    }
};

double coverage_of(const Draw& draw, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    int held = 0;
    for (int k = 0; k < draws; ++k) {
        const std::vector<std::int8_t> differences = draw(random);
        Interval interval;
        if (draw.seeds == 1) {
            const auto gains = std::ranges::count(differences, 1), losses = std::ranges::count(differences, -1);
            interval = paired_interval(gains, losses, draw.images);
        } else {
            const CrossedSums sums = crossed_sums(draw.images, draw.seeds, [&](std::int64_t i, std::int64_t s) {
                return std::int64_t{differences[static_cast<std::size_t>(i * draw.seeds + s)]};
            });
            interval = t_interval(
                crossed_mean(with_imagined_differences(sums), draw.luck > 0.0 ? SeedDraws::common : SeedDraws::own));
        }
        held += interval.low <= draw.truth() && draw.truth() <= interval.high ? 1 : 0;
    }
    return static_cast<double>(held) / draws;
}

}  // namespace

TEST_SUITE("slow") {
    TEST_CASE("95 % intervals of accuracies hold the truth in 94 % of 10,000 draws or more, over images and seeds") {
        for (const double share : {0.02, 0.5, 0.93}) {
            for (const std::int64_t seeds : {2, 5}) {
                CAPTURE(share);
                CAPTURE(seeds);
                // Every other image is a matter of luck in each run; the rest come out alike in all of them.
                std::mt19937_64 random(11);
                std::uniform_real_distribution<double> uniform(0.0, 1.0);
                int held = 0;
                for (int k = 0; k < draws; ++k) {
                    std::vector<std::int64_t> outcomes;
                    for (int i = 0; i < 200; ++i) {
                        const double chance = i % 2 == 0 ? share : uniform(random) < share ? 1.0 : 0.0;
                        for (std::int64_t s = 0; s < seeds; ++s) outcomes.push_back(uniform(random) < chance ? 1 : 0);
                    }
                    const CrossedSums sums = crossed_sums(200, seeds, [&](std::int64_t i, std::int64_t s) {
                        return outcomes[static_cast<std::size_t>(i * seeds + s)];
                    });
                    const Interval interval = t_interval(crossed_mean(with_imagined_shares(sums), SeedDraws::own));
                    held += interval.low <= share && share <= interval.high ? 1 : 0;
                }
                const double coverage = static_cast<double>(held) / draws;
                MESSAGE("accuracy " << share << ", 200 images x " << seeds << ": " << coverage);
                CHECK(coverage >= 0.94);
            }
        }
    }

    TEST_CASE("95 % intervals of differences hold the truth in 94 % of 10,000 draws or more, over images and seeds") {
        for (std::size_t w = 0; w < worlds.size(); ++w) {
            for (const double luck : {0.0, 0.02}) {
                std::string line = "world " + std::to_string(w) + (luck > 0.0 ? ", draws in common:" : ", own draws:");
                for (const std::int64_t seeds : {1, 2, 5}) {
                    if (luck > 0.0 && seeds == 1) continue;
                    for (const std::int64_t images : {100, 500}) {
                        CAPTURE(w);
                        CAPTURE(luck);
                        CAPTURE(seeds);
                        CAPTURE(images);
                        const double coverage = coverage_of({worlds[w], luck, images, seeds}, 17 * w + 3);
                        CHECK(coverage >= 0.94);
                        char text[64];
                        std::snprintf(text, sizeof text, "  %d x %d: %.4f", static_cast<int>(images),
                                      static_cast<int>(seeds), coverage);
                        line += text;
                    }
                }
                MESSAGE(line);
            }
        }
    }
}
