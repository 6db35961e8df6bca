#pragma once

#include "core/tick.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace syncopate {

/// Ends of the finite values seen so far.
struct ValueRange {
    double low = 0.0;
    double high = 0.0;
    bool is_empty = true;

    void include(double value);
};

struct AxisMark {
    double value = 0.0;
    std::string label = {};
};

/// How values become places along one side of a plot, and which of them are written there. Invariant: low < high.
struct Axis {
    enum class Scale : std::uint8_t { linear, log2 };
    std::string title = {};
    double low = 0.0;
    double high = 1.0;
    Scale scale = Scale::linear;
    std::vector<AxisMark> marks = {};
    bool has_names = false;  // labels are names, to be written slanted where they are long

    bool holds(double value) const { return low <= value && value <= high; }
    /// From 0 at `low` to 1 at `high`; what lies outside is moved to the nearer end.
    double share(double value) const;
};

/// Multiples of 1, 2 or 5 times a power of ten that lie in [low, high], about `wanted` of them.
/// Requires: both are finite and low < high.
std::vector<double> round_values(double low, double high, std::size_t wanted);

/// Around the range, with some room and about `wanted` round numbers.
Axis linear_axis(std::string title, ValueRange range, std::size_t wanted = 5);

/// Over the range and 0, with some room where it goes beyond 0.
Axis axis_around_zero(std::string title, ValueRange range, std::size_t wanted = 5);

/// From 0 up to the range's high end.
Axis axis_from_zero(std::string title, ValueRange range, std::size_t wanted = 5);

/// One place for each name, the n-th at the value n.
Axis category_axis(std::string title, const std::vector<std::string>& names);

/// Ticks begin … end − 1 (at least one), each as wide as 1 around its number.
Axis tick_axis(std::string title, std::int64_t begin, std::int64_t end, std::size_t wanted = 5);

/// Times on a logarithmic scale to the base 2, each of `times` a mark. Requires: they ascend.
Axis latency_axis(std::string title, const std::vector<Tick>& times);

}  // namespace syncopate
