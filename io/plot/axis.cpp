#include "io/plot/axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace syncopate {

std::vector<double> round_values(double low, double high, std::size_t wanted) {
    const double rough = (high - low) / static_cast<double>(std::max<std::size_t>(wanted, 1));
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    double step = power;
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        step = factor * power;
        if (step >= rough * 0.999) break;
    }
    std::vector<double> values;
    const double first = std::ceil(low / step - 1e-9);
    for (int n = 0; n < 100 && (first + n) * step <= high + 1e-9 * step; ++n)
        values.push_back((first + n) * step + 0.0);
    return values;
}

std::string short_number(double value, int digits) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.*g", digits, value);
    return text.data();
}

std::string grouped_digits(std::int64_t value) {
    std::string digits = std::to_string(value);
    const std::ptrdiff_t first = value < 0 ? 1 : 0;
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > first; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

void TickAxis::draw(Canvas& canvas, double y, bool is_named) const {
    const TextStyle style = {.size = 8.5, .colour = palette::ink, .align = TextStyle::Align::centre};
    canvas.line({left, y}, {left + width, y});
    const auto last = static_cast<double>(end - 1);
    const double first = static_cast<double>(begin);
    for (const double value : last > first ? round_values(first, last, 10) : std::vector{first}) {
        if (value != std::floor(value)) continue;
        const double x = centre(static_cast<std::int64_t>(value));
        canvas.line({x, y}, {x, y + 3.5});
        canvas.text({x, y + 13.0}, std::to_string(static_cast<std::int64_t>(value)), style);
    }
    if (!is_named) return;
    canvas.text({left + width / 2.0, y + 27.0}, "tick",
                {.size = 9.5, .colour = palette::ink, .align = TextStyle::Align::centre});
}

}  // namespace syncopate
