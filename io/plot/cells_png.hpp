#pragma once

#include "io/plot/drawing.hpp"

#include <string>

namespace syncopate {

inline constexpr double pixels_a_point = 2.0;

/// The cells as a PNG file, whose pixels are those of a sheet on which they fill the box, so that no viewer blurs them.
/// The bytes are the same wherever and whenever they are made. Throws Error if there is no memory for it.
std::string cells_png(const Cells& cells, const Box& box);

}  // namespace syncopate
