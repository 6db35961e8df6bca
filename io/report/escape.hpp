#pragma once

#include <string>
#include <string_view>

namespace syncopate::report {

/// Text as HTML and SVG take it, in elements and in quoted attributes. Control characters and bytes that are not UTF-8,
/// which XML forbids, become U+FFFD.
std::string escaped(std::string_view text);

/// How many characters the UTF-8 text has.
std::size_t character_count(std::string_view text);

/// Estimated width of a line of sans-serif text [px]; rather too wide than too narrow.
double text_width(std::string_view text, double size);

/// The text, with an ellipsis in its middle if it is wider than `width`.
std::string fitted(std::string_view text, double size, double width);

}  // namespace syncopate::report
