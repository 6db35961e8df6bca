#include "io/plot/axis.hpp"

#include "io/plot/number_label.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace syncopate {

namespace {

/// So many decimals that neighbouring marks differ.
int decimals_of(double step) { return std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 8); }

std::string mark_label(double value, int places) {
    if (places > 0 || std::abs(value) < 1000.0) return decimal(value, places);
    return significant(value);
}

Axis with_round_marks(Axis axis, std::size_t wanted) {
    const std::vector<double> values = round_values(axis.low, axis.high, wanted);
    const int places = values.size() > 1 ? decimals_of(values[1] - values[0]) : 2;
    for (const double value : values) axis.marks.push_back({value, mark_label(value, places)});
    return axis;
}

/// A range that has a length, and neither end beyond what round numbers can be found for.
std::pair<double, double> opened(const ValueRange& range) {
    if (range.is_empty) return {0.0, 1.0};
    const double low = std::clamp(range.low, -1e12, 1e12);
    const double high = std::clamp(range.high, -1e12, 1e12);
    // Values that differ by rounding alone are one value to a reader; an axis stretched over their difference would
    // show noise as a curve, with labels that are all alike.
    if (high - low > 1e-9 * std::max(std::abs(low), std::abs(high)) && high - low > 1e-9) return {low, high};
    const double room = std::max(0.05 * std::max(std::abs(low), std::abs(high)), 1e-3);
    return {low - room, high + room};
}

}  // namespace

std::vector<double> round_values(double low, double high, std::size_t wanted) {
    const double rough = (high - low) / static_cast<double>(std::max<std::size_t>(wanted, 1));
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    double step = power;
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        step = factor * power;
        if (step >= rough * 0.999) break;
    }
    std::vector<double> values;
    // A mark that stands at the end of the range up to rounding belongs to it, hence the small margins on both sides.
    const double first = std::ceil(low / step - 1e-9);
    for (int n = 0; n < 100 && (first + n) * step <= high + 1e-9 * step; ++n)
        values.push_back((first + n) * step + 0.0);
    return values;
}

void ValueRange::include(double value) {
    if (!std::isfinite(value)) return;
    low = is_empty ? value : std::min(low, value);
    high = is_empty ? value : std::max(high, value);
    is_empty = false;
}

double Axis::share(double value) const {
    if (!std::isfinite(value)) return 0.0;
    const auto place = [&](double at) { return scale == Scale::log2 ? std::log2(std::max(at, 1e-9)) : at; };
    return std::clamp((place(value) - place(low)) / (place(high) - place(low)), 0.0, 1.0);
}

Axis linear_axis(std::string title, ValueRange range, std::size_t wanted) {
    const auto [low, high] = opened(range);
    const double room = 0.06 * (high - low);
    Axis axis = {.title = std::move(title), .low = low - room, .high = high + room};
    return with_round_marks(std::move(axis), wanted);
}

Axis axis_around_zero(std::string title, ValueRange range, std::size_t wanted) {
    range.include(0.0);
    if (range.high - range.low <= 1e-9) range.high = 1.0;
    const auto [low, high] = opened(range);
    const double room = 0.06 * (high - low);
    Axis axis = {
        .title = std::move(title), .low = low < 0.0 ? low - room : low, .high = high > 0.0 ? high + room : high};
    return with_round_marks(std::move(axis), wanted);
}

Axis axis_from_zero(std::string title, ValueRange range, std::size_t wanted) {
    const double high = std::clamp(range.high, 0.0, 1e12);
    Axis axis = {.title = std::move(title), .low = 0.0, .high = high > 1e-9 ? 1.06 * high : 1.0};
    return with_round_marks(std::move(axis), wanted);
}

Axis category_axis(std::string title, const std::vector<std::string>& names) {
    const double count = std::max(static_cast<double>(names.size()), 1.0);
    Axis axis = {.title = std::move(title), .low = -0.5, .high = count - 0.5, .has_names = true};
    for (std::size_t n = 0; n < names.size(); ++n) axis.marks.push_back({static_cast<double>(n), names[n]});
    return axis;
}

Axis tick_axis(std::string title, std::int64_t begin, std::int64_t end, std::size_t wanted) {
    const auto first = static_cast<double>(begin);
    const auto last = static_cast<double>(std::max(end, begin + 1) - 1);
    Axis axis = {.title = std::move(title), .low = first - 0.5, .high = last + 0.5};
    for (const double value : last > first ? round_values(first, last, wanted) : std::vector{first})
        if (value == std::floor(value)) axis.marks.push_back({value, decimal(value, 0)});
    return axis;
}

Axis latency_axis(std::string title, const std::vector<Tick>& times) {
    const double first = times.empty() ? 1.0 : std::max<double>(times.front(), 1.0);
    const double last = times.empty() ? 2.0 : std::max<double>(times.back(), first);
    const double octaves = std::log2(last / first);
    const double room = std::exp2(std::max(0.08 * octaves, 0.15));
    Axis axis = {.title = std::move(title), .low = first / room, .high = last * room, .scale = Axis::Scale::log2};
    for (const Tick time : times) axis.marks.push_back({static_cast<double>(time), decimal(time, 0)});
    return axis;
}

}  // namespace syncopate
