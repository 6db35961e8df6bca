#include "topology/preprocessing.hpp"

#include <algorithm>
#include <cmath>

namespace syncopate {

double largest_pixel_input(const Preprocessing& preprocessing) {
    const auto value = [](const std::vector<double>& values, std::size_t channel, double otherwise) {
        return values.empty() ? otherwise : values[std::min(channel, values.size() - 1)];
    };
    // Conversion needs a bound even if no calibration sample is given: by it the power of two is chosen that inputs are
    // divided by.
    double largest = 0.0;
    // Either list may be missing, and conversion asks before anybody has compared their lengths with the channels
    // (validate comes last), so a list that is too short must not be read beyond its end.
    for (std::size_t c = 0; c < std::max<std::size_t>({1, preprocessing.mean.size(), preprocessing.std.size()}); ++c) {
        // The input is a monotonic function of the pixel, so its magnitude is largest at one end of 0 … 255.
        for (const double pixel : {0.0, 255.0}) {
            const double input =
                (pixel * preprocessing.scale - value(preprocessing.mean, c, 0.0)) / value(preprocessing.std, c, 1.0);
            largest = std::max(largest, std::abs(input));
        }
    }
    return largest;
}

}  // namespace syncopate
