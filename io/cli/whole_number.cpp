#include "io/cli/whole_number.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <limits>
#include <system_error>

namespace syncopate {

namespace {

constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

std::string range_text(std::uint64_t least, std::uint64_t most) {
    return "from " + std::to_string(least) + " to " + (most == largest ? "2^64 - 1" : std::to_string(most));
}

}  // namespace

std::string whole_number_fault(std::string_view text, std::uint64_t least, std::uint64_t most) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = error == std::errc{} && end == text.data() + text.size() && std::to_string(value) == text;
    if (is_number && value >= least && value <= most) return {};
    return "\"" + std::string(text) + "\", must be a whole number " + range_text(least, most);
}

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
    const auto fault = [least, most](const std::string& text) { return whole_number_fault(text, least, most); };
    return {fault, least == 0 && most == largest ? "" : range_text(least, most)};
}

CLI::Validator seed_number() { return whole_number(0, largest); }

}  // namespace syncopate
