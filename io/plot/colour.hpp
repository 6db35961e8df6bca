#pragma once

#include <string>

namespace syncopate {

/// Red, green and blue from 0 to 1.
struct Colour {
    double red = 0.0;
    double green = 0.0;
    double blue = 0.0;
    friend bool operator==(const Colour&, const Colour&) = default;
};

/// Colours that people with any colour vision tell apart (Okabe and Ito), and greys. Their yellow is left out: it is
/// too pale for lines on white.
namespace palette {
inline constexpr Colour black = {0.0, 0.0, 0.0};
inline constexpr Colour ink = {0.13, 0.13, 0.13};
inline constexpr Colour grey = {0.42, 0.42, 0.42};
inline constexpr Colour rule = {0.80, 0.80, 0.80};
inline constexpr Colour hairline = {0.90, 0.90, 0.90};
inline constexpr Colour white = {1.0, 1.0, 1.0};
inline constexpr Colour blue = {0.0, 0.447, 0.698};
inline constexpr Colour vermilion = {0.835, 0.369, 0.0};
inline constexpr Colour green = {0.0, 0.620, 0.451};
inline constexpr Colour purple = {0.800, 0.475, 0.655};
inline constexpr Colour sky = {0.337, 0.706, 0.914};
inline constexpr Colour orange = {0.902, 0.624, 0.0};
}  // namespace palette

/// "#0072b2".
std::string hexadecimal(const Colour& colour);

/// The colour mixed with white: 0 is white, 1 the colour itself.
Colour tinted(const Colour& colour, double strength);

}  // namespace syncopate
