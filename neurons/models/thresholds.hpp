#pragma once

#include "neurons/parameter.hpp"

namespace syncopate {

/// Parameters that models which fire have in common.
inline constexpr ParameterInfo v_threshold_info = {.name = "v_threshold",
                                                   .unit = {},
                                                   .help = "Threshold, in units of the activation",
                                                   .least = 0.0,
                                                   .is_above_least = true,
                                                   .is_required = true};
inline constexpr ParameterInfo v_init_info = {.name = "v_init",
                                              .unit = "thresholds",
                                              .help = "Membrane potential at the beginning",
                                              .least = -64.0,
                                              .most = 64.0};
inline constexpr ParameterInfo v_reset_info = {.name = "v_reset",
                                               .unit = "thresholds",
                                               .help = "Membrane potential after a spike; null: reset by subtraction",
                                               .least = -64.0,
                                               .most = 64.0};

}  // namespace syncopate
