#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace syncopate {

/// What --input-shape says: "3x224x224"; none for "". Throws UsageError.
std::vector<std::int64_t> parse_input_shape(const std::string& text);

}  // namespace syncopate
