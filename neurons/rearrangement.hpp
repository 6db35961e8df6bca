#pragma once

#include "core/tick.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace syncopate {

/// How a relay re-emits the window of its source (methods.md A.2, E.1). Spikes keep their neuron and amplitude; all
/// rules but drop and insert keep their number.
struct Rearrangement {
    enum class Kind : std::uint8_t {
        identity,  // as it was
        permute,   // a uniformly random permutation of the T ticks
        order,     // a given permutation, one for the layer
        reverse,   // tick t becomes T − 1 − t
        earliest,  // the N spikes of a neuron at ticks 0 … N − 1
        latest,    // at the last N ticks
        even,      // evenly spaced: spike i at tick ⌊(2i + 1) T / 2N⌋
        rotate,    // tick t becomes t + shift mod T
        jitter,  // each spike moves by a discrete Gaussian, is clipped to the window, and goes to the nearest free tick
        drop,    // each spike is lost with probability p
        insert,  // at each empty tick a spike of amplitude 1 appears with probability p
    };
    /// Who shares a permutation.
    enum class Grain : std::uint8_t { neuron, channel, layer };

    Kind kind = Kind::identity;
    Grain grain = Grain::neuron;   // of permute
    bool is_fixed = false;         // one draw for all samples, instead of one for each
    std::vector<Tick> order = {};  // of order: the new tick t shows the old tick order[t]
    Tick shift = 1;                // of rotate
    double amount = 0.0;           // of jitter: σ in ticks; of drop and insert: p

    bool has_chance() const;
    bool keeps_counts() const { return kind != Kind::drop && kind != Kind::insert; }
    friend bool operator==(const Rearrangement&, const Rearrangement&) = default;
};

/// The largest σ of jitter.
constexpr double max_jitter = 10000.0;

/// "permute:shared", "jitter:1.5", "order:2-0-1": parse_rearrangement reads it back.
std::string to_string(const Rearrangement& rule);

/// Throws UsageError, naming the text, what is wrong with it and the valid choices.
Rearrangement parse_rearrangement(std::string_view text);

/// One line for --help: every rule and how it is written.
std::string rearrangement_help();

}  // namespace syncopate
