#include "io/json/json_shape.hpp"

namespace syncopate {

std::string json_text(const Shape& shape) {
    return "[" + std::to_string(shape.channels) + "," + std::to_string(shape.height) + "," +
           std::to_string(shape.width) + "]";
}

Shape read_shape(const JsonCursor& cursor) {
    constexpr std::int64_t largest = 1 << 30;
    if (cursor.size() != 3) cursor.fail("must be three numbers, channels, height and width");
    Shape shape;
    shape.channels = cursor.element(0).integer32(1, largest);
    shape.height = cursor.element(1).integer32(1, largest);
    shape.width = cursor.element(2).integer32(1, largest);
    if (shape.area() > largest || shape.size() > largest) cursor.fail("is larger than 2^30 elements");
    return shape;
}

}  // namespace syncopate
