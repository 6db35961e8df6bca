#include "io/formats/data/sample_range.hpp"

#include "core/error.hpp"
#include "core/split.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

namespace syncopate {

namespace {

[[noreturn]] void fail(const std::string& text, const std::string& what) {
    throw UsageError("samples '" + text + "': " + what);
}

std::optional<std::int64_t> number(std::string_view part, const std::string& text) {
    if (part.empty()) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc() || end != part.data() + part.size())
        fail(text, "'" + std::string(part) + "' is not a whole number; write FIRST:END or FIRST:END:STEP");
    return value;
}

/// A position from the front; negative ones count from the end.
std::int64_t position(std::int64_t value, std::int64_t size, const std::string& text) {
    // Adding the size to a negative number cannot overflow.
    const std::int64_t place = value < 0 ? value + size : value;
    if (place < 0 || place > size)
        fail(text, std::to_string(value) + " is outside the data set, which has " + std::to_string(size) + " samples");
    return place;
}

/// What a negative number means, for somebody who did not mean it.
std::string from_the_end(std::int64_t value, std::int64_t place) {
    if (value >= 0) return {};
    return std::to_string(value) + " counts from the end and means " + std::to_string(place) + "; ";
}

}  // namespace

std::vector<std::int64_t> parse_sample_range(const std::string& text, std::int64_t count) {
    if (text.empty()) return parse_sample_range(":", count);
    const auto parts = split(text, ':');
    if (parts.size() > 3) fail(text, "has more than two colons; write FIRST:END or FIRST:END:STEP");
    if (parts.size() == 1) {
        const std::int64_t value = number(parts[0], text).value_or(0);
        const std::string example = std::to_string(value);
        fail(text, "needs a colon; write " + (value > 0 ? "0:" + example + " for the first " + example : "FIRST:END") +
                       " or FIRST:END:STEP");
    }
    const std::int64_t first_given = number(parts[0], text).value_or(0);
    const std::int64_t end_given = number(parts[1], text).value_or(count);
    const std::int64_t first = position(first_given, count, text), end = position(end_given, count, text);
    const std::int64_t step = parts.size() == 3 ? number(parts[2], text).value_or(1) : 1;
    if (step < 1) fail(text, "the step is " + std::to_string(step) + ", it must be 1 or more");
    if (first >= end) {
        fail(text, "names no sample: " + from_the_end(first_given, first) + from_the_end(end_given, end) +
                       "the first must be before the end");
    }
    std::vector<std::int64_t> samples;
    for (std::int64_t i = first; i < end; i += std::min(step, count)) samples.push_back(i);
    return samples;
}

}  // namespace syncopate
