#pragma once

#include "io/plot/canvas.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace syncopate {

/// Multiples of 1, 2 or 5 times a power of ten that lie in [low, high], about `wanted` of them.
/// Requires: both are finite and low < high.
std::vector<double> round_values(double low, double high, std::size_t wanted);

/// At most so many significant digits: "0.25", "-3.5", "1.2e+03".
std::string short_number(double value, int digits = 3);

/// "12,345".
std::string grouped_digits(std::int64_t value);

/// Ticks begin … end − 1, each a column of equal width in [left, left + width].
struct TickAxis {
    double left = 0.0;
    double width = 0.0;
    std::int64_t begin = 0;
    std::int64_t end = 1;

    double step() const { return width / static_cast<double>(end - begin); }
    double edge(std::int64_t tick) const { return left + step() * static_cast<double>(tick - begin); }
    double centre(std::int64_t tick) const { return edge(tick) + step() / 2.0; }
    /// The line, its marks and numbers, and the word "tick" if wanted, below `y`.
    void draw(Canvas& canvas, double y, bool is_named = true) const;
};

}  // namespace syncopate
