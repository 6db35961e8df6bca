#pragma once

#include <string>
#include <string_view>

namespace syncopate {

/// The text as UTF-8 that XML allows: control characters, and bytes that are not UTF-8, become U+FFFD.
std::string valid_text(std::string_view text);

/// Valid text as HTML and SVG take it, in elements and in quoted attributes.
std::string escaped(std::string_view text);

}  // namespace syncopate
