#include "io/report/number_text.hpp"

#include "io/plot/number_label.hpp"

#include <cmath>

namespace syncopate::report {

std::string percent(double share, int places) { return decimal(share * 100.0, places); }

std::string percent_range(const Interval& interval, int places) {
    return percent(interval.low, places) + " to " + percent(interval.high, places);
}

std::string p_text(double p) {
    if (!std::isfinite(p)) return "–";
    return p < 0.001 ? "&lt;0.001" : decimal(p, 3);
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
