#pragma once

#include "core/shape.hpp"
#include "io/json/json_value.hpp"

#include <string>

namespace syncopate {

/// "[16,32,32]".
std::string json_text(const Shape& shape);

/// Throws Error, naming the place, unless it is three numbers ≥ 1 with a product of at most 2^30.
Shape read_shape(const JsonCursor& cursor);

}  // namespace syncopate
