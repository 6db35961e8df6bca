#pragma once

#include "core/compiled_network.hpp"
#include "core/random/row_site.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace syncopate {

/// Whose turn it is.
struct PlainNeuron {
    DrawKey key;
    std::uint32_t population = 0;
    std::uint32_t neuron = 0;  // flat C·H·W
    Tick tick = 0;             // local
    Tick duration = 1;         // T
};

/// The reference simulator's own version of a neuron model, as its equation says it; shares the random draws with the
/// engine, and nothing else.
struct PlainModel {
    std::string_view name;
    /// A tick of neurons that take current: adds it to v; returns the amplitude sent.
    std::int32_t (*tick)(const CompiledModel& model, Charge& v, Charge current) = nullptr;
    /// A tick of the window after the one that was accumulated; returns the amplitude sent.
    std::int32_t (*second_tick)(const CompiledModel& model, Charge& v, const PlainNeuron& neuron) = nullptr;
    /// A tick of an encoder of x; returns the amplitude sent.
    std::int32_t (*encode)(const CompiledModel& model, std::int32_t x, const PlainNeuron& neuron) = nullptr;
    /// A tick of a neuron that takes a maximum: what each input of its window has sent before this tick, and sends at
    /// it, row by row; returns the amplitude sent.
    std::int32_t (*pool)(const CompiledModel& model, const std::vector<Charge>& sent,
                         const std::vector<Charge>& arriving) = nullptr;
};

/// Throws Error if there is no plain version.
const PlainModel& plain_model(std::string_view name);

/// The models that it knows, by name.
std::vector<std::string> plain_model_names();

}  // namespace syncopate
