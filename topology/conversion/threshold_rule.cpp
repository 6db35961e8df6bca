#include "topology/conversion/threshold_rule.hpp"

#include "core/error.hpp"

#include <array>
#include <charconv>
#include <optional>

namespace syncopate {

namespace {

std::optional<double> number(std::string_view text) {
    // from_chars takes no plus sign, no space and no decimal comma, whatever the locale, and says where it stopped,
    // so that "0.8x" is refused. It does read "inf" and "nan"; the limits of parse_threshold_rule let neither pass.
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

ThresholdRule parse_threshold_rule(std::string_view text) {
    if (text == "qcfs") return {ThresholdRule::Kind::qcfs, 0.0};
    if (text == "max") return {ThresholdRule::Kind::max, 0.0};
    const bool is_percentile = !text.empty() && text.back() == '%';
    const auto value = number(is_percentile ? text.substr(0, text.size() - 1) : text);
    if (value && is_percentile && *value > 0.0 && *value <= 100.0) return {ThresholdRule::Kind::percentile, *value};
    if (value && !is_percentile && *value > 0.0 && *value <= 16.0) return {ThresholdRule::Kind::scaled_max, *value};
    throw UsageError("threshold \"" + std::string(text) +
                     "\": possible are qcfs, max, a percentile like 99.9% (above 0, at most 100), or a factor of the "
                     "maximum like 0.8 (above 0, at most 16)");
}

std::string to_string(const ThresholdRule& rule) {
    if (rule.kind == ThresholdRule::Kind::qcfs) return "qcfs";
    if (rule.kind == ThresholdRule::Kind::max) return "max";
    // to_chars writes the fewest digits that read back as the same number, at most 24 characters for a double.
    std::array<char, 32> text{};
    const auto written = std::to_chars(text.data(), text.data() + text.size(), rule.value);
    return std::string(text.data(), written.ptr) + (rule.kind == ThresholdRule::Kind::percentile ? "%" : "");
}

}  // namespace syncopate
