#include "io/report/series_style.hpp"

#include <array>

namespace syncopate::report {

SeriesStyle baseline_style() { return {.colour = palette::black, .marker = Marker::circle}; }

SeriesStyle reference_style() { return {.colour = palette::grey, .dash = "6 4", .marker = Marker::circle}; }

SeriesStyle series_style(std::size_t n) {
    constexpr std::array colours = {palette::blue, palette::vermilion, green, purple, palette::sky, orange};
    constexpr std::array<std::string_view, 4> dashes = {"", "5 2", "1.5 2", "7 2 1.5 2"};
    constexpr std::array markers = {Marker::square, Marker::triangle, Marker::diamond, Marker::nabla,
                                    Marker::plus,   Marker::cross,    Marker::ring};
    return {.colour = colours.at(n % colours.size()),
            .dash = dashes.at(n % dashes.size()),
            .marker = markers.at(n % markers.size())};
}

}  // namespace syncopate::report
