#include "io/formats/data/bilinear.hpp"

#include "core/assert.hpp"
#include "core/index.hpp"

#include <algorithm>
#include <cmath>

namespace syncopate {

Bilinear::Bilinear(const Shape& input, const Extent& output)
    : input_(input),
      output_{input.channels, output.height, output.width},
      rows_(places(input.height, output.height)),
      columns_(places(input.width, output.width)) {}

std::vector<Bilinear::Place> Bilinear::places(std::int32_t input, std::int32_t output) {
    SYNCOPATE_ASSERT(input >= 1 && output >= 1);
    const double scale = static_cast<double>(input) / output;
    std::vector<Place> places;
    for (std::int32_t i = 0; i < output; ++i) {
        const double centre = std::max((i + 0.5) * scale - 0.5, 0.0);
        const std::int32_t first = std::min(static_cast<std::int32_t>(std::floor(centre)), input - 1);
        const std::int32_t second = std::min(first + 1, input - 1);
        places.push_back({.first = to_size(first), .second = to_size(second), .weight = centre - first});
    }
    return places;
}

void Bilinear::operator()(std::span<const double> input, std::span<double> output) const {
    SYNCOPATE_ASSERT(std::ssize(input) == input_.size() && std::ssize(output) == output_.size());
    const auto width = to_size(input_.width);
    auto to = output.begin();
    for (std::int32_t channel = 0; channel < input_.channels; ++channel) {
        const auto plane = input.subspan(to_size(channel * input_.area()), to_size(input_.area()));
        for (const Place& row : rows_) {
            const auto upper = plane.subspan(row.first * width, width);
            const auto lower = plane.subspan(row.second * width, width);
            for (const Place& column : columns_) {
                const double right = column.weight;
                const double above = (1.0 - right) * upper[column.first] + right * upper[column.second];
                const double below = (1.0 - right) * lower[column.first] + right * lower[column.second];
                *to++ = (1.0 - row.weight) * above + row.weight * below;
            }
        }
    }
}

}  // namespace syncopate
