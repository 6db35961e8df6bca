#pragma once

#include <string_view>
#include <vector>

namespace syncopate {

/// The parts of a text between separators: one more than there are separators; parts may be empty. They refer to
/// `text`.
std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace syncopate
