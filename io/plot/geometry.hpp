#pragma once

#include <algorithm>
#include <concepts>

namespace syncopate {

/// Lengths of drawings are points, which are the pixels of SVG; y grows downwards from the top.
struct Point {
    double x = 0.0;
    double y = 0.0;
};

struct Box {
    double x = 0.0;  // left
    double y = 0.0;  // top
    double width = 0.0;
    double height = 0.0;
};

/// Places of one size beside one another along a line, numbered from 0: rows, columns, bars.
struct Slots {
    double first = 0.0;  // where the first begins
    double step = 0.0;   // from one to the next

    /// As many as that share the length; one, where there are none.
    static Slots sharing(double first, double length, std::integral auto count) {
        return {first, length / static_cast<double>(std::max<decltype(count)>(count, 1))};
    }
    double begin(std::integral auto n) const { return first + step * static_cast<double>(n); }
    double centre(std::integral auto n) const { return first + step * (static_cast<double>(n) + 0.5); }
};

}  // namespace syncopate
