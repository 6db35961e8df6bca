#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace syncopate {

/// The samples that "first:end" or "first:end:step" names as in Python, of a data set of `count` samples: every part
/// may be left out, negative numbers count from the end ("-100:" is the last hundred), "" and ":" are all. Throws
/// UsageError, with the text and what would be right, unless the range lies inside the data set and is not empty.
std::vector<std::int64_t> parse_sample_range(const std::string& text, std::int64_t count);

}  // namespace syncopate
