#include "neurons/rules/rule_text.hpp"

#include "core/error.hpp"
#include "core/split.hpp"
#include "neurons/rearrangement.hpp"

#include <charconv>

namespace syncopate {

namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

RuleText::RuleText(std::string_view text) : text_(text), words_(split(text, ':')) {}

std::optional<std::string_view> RuleText::next() const {
    if (place_ == words_.size()) return std::nullopt;
    return words_[place_];
}

bool RuleText::take_if(std::string_view word) {
    if (next() != word) return false;
    ++place_;
    return true;
}

bool RuleText::take_fixed() {
    if (take_if("fixed")) return true;
    take_if("sample");
    return false;
}

double RuleText::take_amount(const RuleAmount& amount) {
    const std::string_view word = take("a number is missing");
    const auto value = parse_number<double>(word);
    // Written as negated comparisons, so that "nan", which from_chars reads as a number, is refused too.
    if (!value || !(*value >= 0.0) || !(*value <= amount.largest)) {
        refuse(std::string(amount.symbol) + " " + std::string(word) + ", must be a number from 0 to " +
               std::string(amount.range));
    }
    return *value;
}

std::optional<Tick> RuleText::take_ticks(const std::string& complaint) {
    if (!next()) return std::nullopt;
    const auto ticks = parse_tick(words_[place_++]);
    if (!ticks) refuse(complaint);
    return ticks;
}

std::string_view RuleText::take(const std::string& complaint) {
    if (!next()) refuse(complaint);
    return words_[place_++];
}

void RuleText::refuse(const std::string& what) const {
    throw UsageError("rearrangement \"" + std::string(text_) + "\": " + what + "; there are " + rearrangement_help());
}

void RuleText::finish() const {
    if (next()) refuse("\"" + std::string(*next()) + "\" is not understood");
}

std::optional<Tick> parse_tick(std::string_view text) { return parse_number<Tick>(text); }

}  // namespace syncopate
