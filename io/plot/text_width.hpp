#pragma once

#include <string>
#include <string_view>

namespace syncopate {

/// How many characters the UTF-8 text has.
std::size_t character_count(std::string_view text);

/// Estimated width of a line of sans-serif text in letters of this size; rather too wide than too narrow. An estimate,
/// because what draws an SVG file in the end has fonts of its own, and so that a figure is laid out alike in all
/// formats and on all machines.
double text_width(std::string_view text, double size);

/// The text, with an ellipsis in its middle if it is wider than `width`.
std::string fitted(std::string_view text, double size, double width);

}  // namespace syncopate
