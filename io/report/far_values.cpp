#include "io/report/far_values.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace syncopate::report {

FarValues::FarValues(std::vector<double> differences, double least) {
    std::erase_if(differences, [](double value) { return !std::isfinite(value); });
    std::ranges::sort(differences);
    const std::size_t count = differences.size();
    // Twice as far as Tukey's outer fences, since an arm shall be left out only where it would hide the others. The
    // baseline's 0 belongs to the middle: everything is compared with it.
    const double first = count == 0 ? 0.0 : std::min(0.0, differences[count / 4]);
    const double third = count == 0 ? 0.0 : std::max(0.0, differences[(3 * count) / 4 - (count % 4 == 0 ? 1 : 0)]);
    const double room = 6.0 * std::max(least, third - first);
    low_ = first - room;
    high_ = third + room;
}

}  // namespace syncopate::report
