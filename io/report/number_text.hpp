#pragma once

#include "io/run/wilson.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace syncopate::report {

/// Numbers as the report prints them: with a decimal point in every locale, the minus sign U+2212, and "–" for what is
/// not a number.

/// "−0.50"; never a negative zero.
std::string decimal(double value, int places);

/// "+0.50", "0.00", "−0.50".
std::string signed_decimal(double value, int places);

/// Three significant digits, or all digits before the point: "0.0123", "1.5", "12,345".
std::string significant(double value);

/// A share as percent, without the sign: "94.20".
std::string percent(double share, int places = 2);

/// "94.1 to 95.0", in percent.
std::string percent_range(const Interval& interval, int places = 2);

/// "&lt;0.001" or "0.034".
std::string p_text(double p);

/// As SVG takes it, with two decimals at most: "-3.5". What is not finite becomes 0.
std::string coordinate(double value);

/// "1 arm", "1,200 samples".
std::string counted(std::int64_t count, std::string_view noun);

/// "a", "a and b", "a, b and c".
std::string enumerated(const std::vector<std::string>& items);

}  // namespace syncopate::report
