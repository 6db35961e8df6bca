#include "core/random.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace syncopate;

TEST_CASE("draws are Philox 4×32-10: the known answer for a zero counter and key") { CHECK(draw({}) == 0x6627e8d5u); }

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
    CHECK(draws.size() == 7);
}
