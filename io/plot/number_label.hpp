#pragma once

#include <cstdint>
#include <string>

namespace syncopate {

/// Numbers as figures and reports print them: with a decimal point in every locale, the minus sign U+2212, and "–" for
/// what is not a number.

/// "−0.50"; never a negative zero.
std::string decimal(double value, int places);

/// "+0.50", "0.00", "−0.50".
std::string signed_decimal(double value, int places);

/// Three significant digits, or all digits before the point: "0.0123", "1.5", "12,345".
std::string significant(double value);

/// "12,345".
std::string grouped_digits(std::int64_t value);

/// As SVG takes it, with two decimals at most: "-3.5". What is not finite becomes 0.
std::string coordinate(double value);

}  // namespace syncopate
