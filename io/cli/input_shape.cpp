#include "io/cli/input_shape.hpp"

#include "core/error.hpp"

#include <charconv>

namespace syncopate {

std::vector<std::int64_t> parse_input_shape(const std::string& text) {
    std::vector<std::int64_t> shape;
    const char* const end = text.data() + text.size();
    for (const char* at = text.data(); !text.empty();) {
        std::int64_t extent = 0;
        const auto [next, error] = std::from_chars(at, end, extent);
        const bool is_size = error == std::errc{} && extent >= 1 && extent <= (std::int64_t{1} << 24);
        if (!is_size || (next != end && *next != 'x') || shape.size() == 3) {
            throw UsageError("--input-shape " + text +
                             ": expected the sizes of one sample, as in 3x224x224 (channels, height, width) or 784");
        }
        shape.push_back(extent);
        if (next == end) break;
        at = next + 1;
    }
    return shape;
}

}  // namespace syncopate
