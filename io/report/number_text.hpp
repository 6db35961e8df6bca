#pragma once

#include "io/run/wilson.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace syncopate::report {

/// Numbers as the report prints them, beyond those that figures print too.

/// A share as percent, without the sign: "94.20".
std::string percent(double share, int places = 2);

/// "94.1 to 95.0", in percent.
std::string percent_range(const Interval& interval, int places = 2);

/// "&lt;0.001" or "0.034".
std::string p_text(double p);

/// "1 arm", "1,200 samples".
std::string counted(std::int64_t count, std::string_view noun);

/// "a", "a and b", "a, b and c".
std::string enumerated(const std::vector<std::string>& items);

}  // namespace syncopate::report
