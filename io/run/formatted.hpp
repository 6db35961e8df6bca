#pragma once

#include <cstdint>
#include <string>

namespace syncopate {

/// printf into a string.
[[gnu::format(printf, 1, 2)]] std::string formatted(const char* pattern, ...);

/// 100 · part / whole, but 0 if there is no whole.
double percent(std::int64_t part, std::int64_t whole);

/// A share of samples with its 95 % Wilson interval, in percent: " 87.20 %  [84.30, 89.60]".
std::string with_interval(std::int64_t part, std::int64_t whole);

}  // namespace syncopate
