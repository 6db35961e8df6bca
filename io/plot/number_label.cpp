#include "io/plot/number_label.hpp"

#include "core/index.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace syncopate {

namespace {

constexpr std::string_view dash = "–";
constexpr std::string_view minus = "\u2212";

/// With a plain hyphen; the magnitude is below 1e15.
std::string formatted(double value, std::chars_format format, int places) {
    std::array<char, 64> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value, format, places).ptr};
}

std::string fixed(double value, int places) { return formatted(value, std::chars_format::fixed, places); }

std::string signed_text(double value, const std::string& magnitude) {
    return value < 0.0 ? std::string(minus) + magnitude : magnitude;
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
    if (magnitude >= 99.95) return signed_text(value, grouped_digits(std::llround(magnitude)));
    if (magnitude > 0.0 && magnitude < 1e-6)
        return signed_text(value, formatted(magnitude, std::chars_format::scientific, 2));
    const int exponent = magnitude > 0.0 ? static_cast<int>(std::floor(std::log10(magnitude))) : 0;
    return decimal(value, std::clamp(2 - exponent, 0, 6));
}

std::string grouped_digits(std::int64_t value) {
    std::string digits = std::to_string(value);
    const std::ptrdiff_t first = value < 0 ? 1 : 0;
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > first; at -= 3) digits.insert(to_size(at), ",");
    return digits;
}

std::string coordinate(double value) {
    if (!std::isfinite(value)) return "0";
    std::string text = fixed(std::clamp(value, -1e6, 1e6), 2);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text == "-0" ? "0" : text;
}

}  // namespace syncopate
