#include "topology/preprocessing.hpp"

#include <algorithm>
#include <cmath>

namespace syncopate {

double largest_pixel_input(const Preprocessing& preprocessing) {
    const auto value = [](const std::vector<double>& values, std::size_t channel, double otherwise) {
        return values.empty() ? otherwise : values[std::min(channel, values.size() - 1)];
    };
    double largest = 0.0;
    for (std::size_t c = 0; c < std::max<std::size_t>({1, preprocessing.mean.size(), preprocessing.std.size()}); ++c) {
        for (const double pixel : {0.0, 255.0}) {
            const double input =
                (pixel * preprocessing.scale - value(preprocessing.mean, c, 0.0)) / value(preprocessing.std, c, 1.0);
            largest = std::max(largest, std::abs(input));
        }
    }
    return largest;
}

}  // namespace syncopate
