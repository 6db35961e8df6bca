#pragma once

#include "core/random/row_site.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace syncopate {

/// One neuron's window: the amplitude at every tick, 0 where there is no spike.
using PlainTrain = std::vector<std::int32_t>;

/// Whose train it is.
struct PlainSite {
    DrawKey key;
    std::uint32_t population = 0;
    std::uint32_t channel = 0;
    std::uint32_t neuron = 0;  // flat C·H·W
};

/// The reference simulator's own version of every rule of a relay, as its text says it; shares the random draws with
/// the engine, and nothing else.
PlainTrain rearranged_plainly(const std::string& rule, const PlainTrain& train, const PlainSite& site);

/// The rules that it knows, by name.
std::vector<std::string> plain_rule_names();

}  // namespace syncopate
