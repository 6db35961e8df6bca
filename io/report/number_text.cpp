#include "io/report/number_text.hpp"

#include "io/plot/axis.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace syncopate::report {

namespace {

constexpr std::string_view dash = "–";
constexpr std::string_view minus = "\u2212";

/// With a plain hyphen; the magnitude is below 1e15.
std::string fixed(double value, int places) {
    std::array<char, 64> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, places).ptr;
    return {text.data(), end};
}

bool is_printable(double value) { return std::isfinite(value) && std::abs(value) < 1e15; }

bool is_zero(std::string_view digits) { return digits.find_first_of("123456789") == std::string_view::npos; }

}  // namespace

std::string decimal(double value, int places) {
    if (!is_printable(value)) return std::string(dash);
    const std::string magnitude = fixed(std::abs(value), places);
    return value < 0.0 && !is_zero(magnitude) ? std::string(minus) + magnitude : magnitude;
}

std::string signed_decimal(double value, int places) {
    const std::string text = decimal(value, places);
    return value > 0.0 && is_printable(value) && !is_zero(text) ? "+" + text : text;
}

std::string significant(double value) {
    if (!is_printable(value)) return std::string(dash);
    const double magnitude = std::abs(value);
    if (magnitude >= 99.95) {
        const std::string digits = grouped_digits(std::llround(magnitude));
        return value < 0.0 ? std::string(minus) + digits : digits;
    }
    const int exponent = magnitude > 0.0 ? static_cast<int>(std::floor(std::log10(magnitude))) : 0;
    return decimal(value, std::clamp(2 - exponent, 0, 6));
}

std::string percent(double share, int places) { return decimal(share * 100.0, places); }

std::string percent_range(const Interval& interval, int places) {
    return percent(interval.low, places) + " to " + percent(interval.high, places);
}

std::string p_text(double p) {
    if (!is_printable(p)) return std::string(dash);
    return p < 0.001 ? "&lt;0.001" : decimal(p, 3);
}

std::string coordinate(double value) {
    if (!std::isfinite(value)) return "0";
    std::string text = fixed(std::clamp(value, -1e6, 1e6), 2);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string counted(std::int64_t count, std::string_view noun) {
    return grouped_digits(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string enumerated(const std::vector<std::string>& items) {
    std::string text;
    for (std::size_t n = 0; n < items.size(); ++n) {
        if (n > 0) text += n + 1 == items.size() ? " and " : ", ";
        text += items[n];
    }
    return text;
}

}  // namespace syncopate::report
