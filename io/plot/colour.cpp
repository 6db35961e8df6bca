#include "io/plot/colour.hpp"

#include "core/index.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace syncopate {

std::string hexadecimal(const Colour& colour) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "#";
    for (const double part : {colour.red, colour.green, colour.blue}) {
        const auto byte = to_size(std::lround(std::clamp(part, 0.0, 1.0) * 255.0));
        text += digits[byte / 16];
        text += digits[byte % 16];
    }
    return text;
}

Colour tinted(const Colour& colour, double strength) {
    const auto mixed = [&](double part) { return 1.0 - strength * (1.0 - part); };
    return {mixed(colour.red), mixed(colour.green), mixed(colour.blue)};
}

}  // namespace syncopate
