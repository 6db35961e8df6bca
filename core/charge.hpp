#pragma once

#include <cmath>
#include <cstdint>

namespace syncopate {

/// Electric charge of a neuron in fixed point: one threshold of the neuron is 2^fraction_bits. Sums of charge are
/// exact, hence the same for any order of events (DESIGN.md, section 4).
using Charge = std::int64_t;

/// The synaptic events, analogue input and bias of one tick stay within ± this limit, so that 32 bits hold every
/// partial sum; the compiler proves it for spikes and bias, the engine checks it for the analogue input.
constexpr Charge max_current = (Charge{1} << 30) - 1;

/// The same limit for wide populations, which take the values of linear ones and sum a tick in 64 bits. It holds for
/// spikes, bias and analogue input; values are bounded by what they are, tick by tick, and the engine refuses a sample
/// whose window could sum beyond max_window_charge.
constexpr Charge max_wide_current = (Charge{1} << 60) - 1;
constexpr Charge max_window_charge = Charge{1} << 62;

/// Of sums of a usual size, so many bits may be used: it leaves room for sums, and for ticks, 2^12 times as large.
constexpr double usual_wide_bits = 50.0;

/// The analogue input has steps of 2^-24 and stays below 2^7 in magnitude.
constexpr int input_fraction_bits = 24;
constexpr double max_input = 127.0;

/// Nearest fixed-point number, ties to even. Requires: the result fits.
inline Charge to_charge(double value, int fraction_bits) {
    return static_cast<Charge>(std::nearbyint(std::ldexp(value, fraction_bits)));
}

inline double from_charge(Charge charge, int fraction_bits) {
    return std::ldexp(static_cast<double>(charge), -fraction_bits);
}

/// Division by 2^bits, rounded to nearest, ties upwards; multiplication by 2^−bits where bits is negative.
inline Charge divide_rounded(Charge product, int bits) {
    if (bits <= 0) return product * (Charge{1} << -bits);
    return (product + (Charge{1} << (bits - 1))) >> bits;
}

}  // namespace syncopate
