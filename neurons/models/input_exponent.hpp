#pragma once

#include "neurons/parameter.hpp"

#include <cstdint>

namespace syncopate {

/// Of inputs: x enters as x·2^−input_exponent, and the weights it meets are multiplied by 2^input_exponent, so that
/// what is beyond max_input fits.
inline constexpr std::int32_t largest_input_exponent = 24;
inline constexpr ParameterInfo input_exponent_info = {
    .name = "input_exponent",
    .unit = {},
    .help = "The input is divided by 2 to this power, the weights it meets are multiplied",
    .least = 0.0,
    .most = largest_input_exponent,
    .is_left_out_at_0 = true};

}  // namespace syncopate
