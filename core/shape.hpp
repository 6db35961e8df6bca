#pragma once

#include <cstdint>
#include <string>

namespace syncopate {

/// Channels × height × width of what one sample holds at one place. Flat indices are row-major C·H·W, 0-based.
/// A flat layer of n values is n × 1 × 1; a one-dimensional signal is C × 1 × length.
struct Shape {
    std::int32_t channels = 1;
    std::int32_t height = 1;
    std::int32_t width = 1;

    std::int64_t size() const { return std::int64_t{channels} * height * width; }
    std::int64_t area() const { return std::int64_t{height} * width; }
    friend bool operator==(const Shape&, const Shape&) = default;
};

/// "16x32x32".
inline std::string to_string(const Shape& shape) {
    return std::to_string(shape.channels) + "x" + std::to_string(shape.height) + "x" + std::to_string(shape.width);
}

}  // namespace syncopate
