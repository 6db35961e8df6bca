#pragma once

#include <string>
#include <string_view>

namespace syncopate {

/// The text without control characters, each of which is shown as \xNN: one line, whatever a file holds.
std::string printable(std::string_view text);

}  // namespace syncopate
