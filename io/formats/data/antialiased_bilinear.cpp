#include "io/formats/data/antialiased_bilinear.hpp"

#include "core/assert.hpp"
#include "core/index.hpp"

#include <algorithm>
#include <cmath>

namespace syncopate {

namespace {

constexpr int weight_bits = 22;  // Pillow's, for 8-bit pictures

}  // namespace

AntialiasedBilinear::AntialiasedBilinear(const Shape& input, const Extent& output, bool rounds)
    : input_(input), output_(output), rounds_(rounds) {
    if (output.height != input.height) rows_ = places(input.height, output.height);
    if (output.width != input.width) columns_ = places(input.width, output.width);
}

std::vector<AntialiasedBilinear::Place> AntialiasedBilinear::places(std::int32_t input, std::int32_t output) const {
    SYNCOPATE_ASSERT(input >= 1 && output >= 1);
    const double scale = static_cast<double>(input) / output;
    const double reach = std::max(scale, 1.0);  // half the width of the triangle
    std::vector<Place> places;
    for (std::int32_t i = 0; i < output; ++i) {
        const double centre = (i + 0.5) * scale;
        const auto first = std::max(static_cast<std::int32_t>(centre - reach + 0.5), 0);
        const auto end = std::min(static_cast<std::int32_t>(centre + reach + 0.5), input);
        Place place{.first = to_size(first), .weights = {}};
        double sum = 0.0;
        for (std::int32_t x = first; x < end; ++x) {
            place.weights.push_back(std::max(0.0, 1.0 - std::abs((x - centre + 0.5) * (1.0 / reach))));
            sum += place.weights.back();
        }
        for (double& weight : place.weights) {
            weight /= sum;
            if (rounds_) weight = std::floor(std::ldexp(weight, weight_bits) + 0.5);  // a whole number
        }
        places.push_back(std::move(place));
    }
    return places;
}

double AntialiasedBilinear::finished(double sum) const {
    if (!rounds_) return sum;
    return std::clamp(std::floor(std::ldexp(sum, -weight_bits) + 0.5), 0.0, 255.0);
}

void AntialiasedBilinear::operator()(std::span<const double> input, std::span<double> output) const {
    SYNCOPATE_ASSERT(std::ssize(input) == input_.size() &&
                     std::ssize(output) == std::int64_t{input_.channels} * output_.height * output_.width);
    const auto lines = to_size(input_.channels) * to_size(input_.height);
    const auto from_width = to_size(input_.width), width = to_size(output_.width);
    std::vector<double> narrowed(lines * width);
    for (std::size_t line = 0; line < lines; ++line) {
        const auto from = input.subspan(line * from_width, from_width);
        const auto to = std::span(narrowed).subspan(line * width, width);
        if (columns_.empty()) std::ranges::copy(from, to.begin());
        for (std::size_t x = 0; x < columns_.size(); ++x) {
            double sum = 0.0;
            for (std::size_t k = 0; k < columns_[x].weights.size(); ++k)
                sum += from[columns_[x].first + k] * columns_[x].weights[k];
            to[x] = finished(sum);
        }
    }
    if (rows_.empty()) {
        std::ranges::copy(narrowed, output.begin());
        return;
    }
    const auto from_height = to_size(input_.height), height = to_size(output_.height);
    for (std::size_t c = 0; c < to_size(input_.channels); ++c) {
        for (std::size_t y = 0; y < height; ++y) {
            const auto to = output.subspan((c * height + y) * width, width);
            std::ranges::fill(to, 0.0);
            for (std::size_t k = 0; k < rows_[y].weights.size(); ++k) {
                const double* from = narrowed.data() + (c * from_height + rows_[y].first + k) * width;
                for (std::size_t x = 0; x < width; ++x) to[x] += from[x] * rows_[y].weights[k];
            }
            for (double& value : to) value = finished(value);
        }
    }
}

}  // namespace syncopate
