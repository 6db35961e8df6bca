#include "io/plot/series_style.hpp"

namespace syncopate {

SeriesStyle baseline_style() { return {.colour = palette::black, .marker = Marker::circle}; }

SeriesStyle reference_style() { return {.colour = palette::grey, .dash = {6.0, 4.0}, .marker = Marker::circle}; }

SeriesStyle series_style(std::size_t n) {
    constexpr std::array colours = {palette::blue,   palette::vermilion, palette::green,
                                    palette::purple, palette::sky,       palette::orange};
    constexpr std::array<Dash, 4> dashes = {{{}, {5.0, 2.0}, {1.5, 2.0}, {7.0, 2.0, 1.5, 2.0}}};
    constexpr std::array markers = {Marker::square, Marker::triangle, Marker::diamond, Marker::nabla,
                                    Marker::plus,   Marker::cross,    Marker::ring};
    return {.colour = colours.at(n % colours.size()),
            .dash = dashes.at(n % dashes.size()),
            .marker = markers.at(n % markers.size())};
}

}  // namespace syncopate
