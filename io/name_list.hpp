#pragma once

#include <string>
#include <vector>

namespace syncopate {

/// The names in "a,b , c", without the blanks around them. Throws UsageError naming option and text if one is empty;
/// `what` is what they name, as "a layer".
std::vector<std::string> split_names(const std::string& text, const std::string& option, const std::string& what);

/// The same, and each may be named once.
std::vector<std::string> parse_names(const std::string& text, const std::string& option, const std::string& what);

}  // namespace syncopate
