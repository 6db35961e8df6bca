#pragma once

#include <span>
#include <string_view>

namespace syncopate {

/// Least number of inserted, removed or replaced characters that turns one name into the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that `name` was probably meant to be, for "did you mean"; empty if none is near.
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace syncopate
