#include "core/random/random.hpp"

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <vector>

using namespace syncopate;

namespace {

using Block = std::array<std::uint32_t, 4>;

/// Pearson's statistic of counts that should be equal.
double chi_square_of_equal(const std::vector<int>& counts) {
    double total = 0.0, sum = 0.0;
    for (const int count : counts) total += count;
    const double expected = total / static_cast<double>(counts.size());
    for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
    return sum;
}

}  // namespace

TEST_CASE("draws are Philox 4×32-10: the known answers of Random123 for zeros, ones and the digits of pi") {
    CHECK(draw_block({}) == Block{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u});
    CHECK(draw_block({.seed = ~std::uint64_t{0},
                      .sample = ~0u,
                      .population = ~0u,
                      .neuron = ~0u,
                      .tick = 0xffffffu,
                      .purpose = static_cast<Purpose>(0xff)}) ==
          Block{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu});
    CHECK(draw_block({.seed = 0x299f31d0'a4093822u,
                      .sample = 0x243f6a88u,
                      .population = 0x85a308d3u,
                      .neuron = 0x13198a2eu,
                      .tick = 0x707344u,
                      .purpose = static_cast<Purpose>(0x03)}) ==
          Block{0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u});
    CHECK(draw({}) == 0x6627e8d5u);
}

TEST_CASE("a draw changes with every part of its site, and with nothing else") {
    const DrawSite site{.seed = 1, .sample = 2, .population = 3, .neuron = 4, .tick = 5, .purpose = Purpose::encoding};
    CHECK(draw(site) == draw(site));
    std::set<std::uint32_t> draws = {draw(site)};
    DrawSite other = site;
    other.seed = std::uint64_t{1} << 40 | 1;
    draws.insert(draw(other));
    other = site, other.sample = 9, draws.insert(draw(other));
    other = site, other.population = 9, draws.insert(draw(other));
    other = site, other.neuron = 9, draws.insert(draw(other));
    other = site, other.tick = 9, draws.insert(draw(other));
    other = site, other.purpose = Purpose::firing, draws.insert(draw(other));
    other = site, other.purpose = Purpose::rearrangement, draws.insert(draw(other));
    CHECK(draws.size() == 8);
}

TEST_CASE("four neighbouring ticks of a neuron take the four words of one block, in order") {
    DrawSite site{.seed = 7, .sample = 1, .population = 2, .neuron = 3, .tick = 0, .purpose = Purpose::firing};
    const Block first = draw_block(site);
    site.tick = 1;
    const Block second = draw_block(site);
    for (std::uint32_t tick = 0; tick < 8; ++tick) {
        CAPTURE(tick);
        site.tick = tick;
        CHECK(draw_firing(site) == (tick < 4 ? first : second)[tick % 4]);
    }
}

TEST_CASE("a stream is the words of its site's blocks 0, 1, 2, … and does not look at the site's tick") {
    const DrawSite site{.seed = 9, .sample = 4, .population = 5, .neuron = 6, .purpose = Purpose::rearrangement};
    DrawSite elsewhere = site;
    elsewhere.tick = 77;
    DrawStream stream(site), same(elsewhere);
    for (std::uint32_t block = 0; block < 3; ++block) {
        DrawSite at = site;
        at.tick = block;
        for (const std::uint32_t word : draw_block(at)) {
            CHECK(stream.next() == word);
            CHECK(same.next() == word);
        }
    }
}

TEST_CASE("a number below five is each of the five equally often") {
    DrawStream stream({.seed = 11});
    std::vector<int> counts(5, 0);
    for (int k = 0; k < 50000; ++k) ++counts.at(stream.below(5));
    CHECK(chi_square_of_equal(counts) < 18.47);  // 99.9 % of χ² with 4 degrees of freedom
}

TEST_CASE(
    "numbers below a large count have no bias: without rejection, one remainder in three would be twice as often") {
    DrawStream stream({.seed = 12});
    const std::uint32_t count = 3u << 30;
    std::vector<int> counts(3, 0);
    for (int k = 0; k < 30000; ++k) {
        const std::uint32_t value = stream.below(count);
        REQUIRE(value < count);
        ++counts[value % 3];
    }
    CHECK(chi_square_of_equal(counts) < 13.82);  // 99.9 % of χ² with 2 degrees of freedom
}

TEST_CASE("a number below one is zero") {
    DrawStream stream({.seed = 13});
    for (int k = 0; k < 100; ++k) CHECK(stream.below(1) == 0);
}
