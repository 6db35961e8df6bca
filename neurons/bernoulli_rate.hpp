#pragma once

#include "core/neuron_dynamics.hpp"
#include "core/shape.hpp"

#include <cstdint>
#include <memory>

namespace syncopate {

/// Bernoulli rate encoder: neuron i sends a spike of amplitude sign(x_i) with probability min(|x_i| / maximum, 1) at
/// every tick. A draw is compared in integers, and left out where the outcome is certain.
struct BernoulliEncoder {
    Shape shape;
    std::uint32_t population = 0;  // Population::id
    Charge maximum = 1;            // in steps of 2^-input_fraction_bits
};

/// Amplitude (−1, 0 or 1) that one neuron (C·H·W) with input x sends at a tick.
std::int32_t bernoulli_amplitude(const BernoulliEncoder& encoder, std::int32_t x, std::int64_t neuron, Tick tick,
                                 DrawKey key);

std::unique_ptr<const SpikeSource> make_bernoulli_rate(const BernoulliEncoder& encoder);

}  // namespace syncopate
