#include "neurons/rearrangement.hpp"

#include "core/error.hpp"
#include "core/split.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace syncopate {

namespace {

using Kind = Rearrangement::Kind;
using Grain = Rearrangement::Grain;

constexpr std::array<std::pair<std::string_view, Kind>, 11> kinds = {{{"identity", Kind::identity},
                                                                      {"permute", Kind::permute},
                                                                      {"order", Kind::order},
                                                                      {"reverse", Kind::reverse},
                                                                      {"earliest", Kind::earliest},
                                                                      {"latest", Kind::latest},
                                                                      {"even", Kind::even},
                                                                      {"rotate", Kind::rotate},
                                                                      {"jitter", Kind::jitter},
                                                                      {"drop", Kind::drop},
                                                                      {"insert", Kind::insert}}};

[[noreturn]] void refuse(std::string_view text, const std::string& what) {
    throw UsageError("rearrangement \"" + std::string(text) + "\": " + what + "; there are " + rearrangement_help());
}

/// The shortest text that reads back as the same double.
std::string number_text(double value) {
    std::array<char, 32> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), end};
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::vector<Tick> parse_order(std::string_view text, std::string_view order_text) {
    std::vector<Tick> order;
    for (const std::string_view part : split(order_text, '-')) {
        const auto tick = parse_number<Tick>(part);
        if (!tick) refuse(text, "an order is a list of ticks like 2-0-1");
        order.push_back(*tick);
    }
    std::vector<Tick> sorted = order;
    std::ranges::sort(sorted);
    for (std::size_t t = 0; t < sorted.size(); ++t) {
        if (sorted[t] != static_cast<Tick>(t))
            refuse(text, "an order names every tick from 0 to T - 1 once, as 2-0-1 does");
    }
    return order;
}

double parse_amount(std::string_view text, std::string_view number, Kind kind) {
    const double largest = kind == Kind::jitter ? max_jitter : 1.0;
    const auto value = parse_number<double>(number);
    if (!value || !(*value >= 0.0) || !(*value <= largest)) {
        refuse(text, std::string(kind == Kind::jitter ? "sigma " : "p ") + std::string(number) +
                         ", must be a number from 0 to " + (kind == Kind::jitter ? "10000 ticks" : "1"));
    }
    return *value;
}

/// Reads what stands behind the name, and refuses what is too much.
void parse_arguments(std::string_view text, std::vector<std::string_view> words, Rearrangement& rule) {
    const bool is_measured = rule.kind == Kind::jitter || rule.kind == Kind::drop || rule.kind == Kind::insert;
    if (rule.kind == Kind::order || is_measured) {
        if (words.empty()) refuse(text, is_measured ? "a number is missing" : "the order is missing");
        if (is_measured) {
            rule.amount = parse_amount(text, words.front(), rule.kind);
        } else {
            rule.order = parse_order(text, words.front());
        }
        words.erase(words.begin());
    }
    if (rule.kind == Kind::rotate && !words.empty()) {
        const auto shift = parse_number<Tick>(words.front());
        if (!shift) refuse(text, "rotate takes a whole number of ticks");
        rule.shift = *shift;
        words.erase(words.begin());
    }
    constexpr std::array<std::pair<std::string_view, Grain>, 3> grains = {
        {{"neuron", Grain::neuron}, {"channel", Grain::channel}, {"shared", Grain::layer}}};
    const auto grain =
        words.empty() ? grains.end() : std::ranges::find(grains, words.front(), [](const auto& g) { return g.first; });
    if (rule.kind == Kind::permute && grain != grains.end()) {
        rule.grain = grain->second;
        words.erase(words.begin());
    }
    if (rule.has_chance() && !words.empty() && (words.front() == "fixed" || words.front() == "sample")) {
        rule.is_fixed = words.front() == "fixed";
        words.erase(words.begin());
    }
    if (!words.empty()) refuse(text, "\"" + std::string(words.front()) + "\" is not understood");
}

}  // namespace

bool Rearrangement::has_chance() const {
    return kind == Kind::permute || kind == Kind::jitter || kind == Kind::drop || kind == Kind::insert;
}

std::string to_string(const Rearrangement& rule) {
    const auto name = std::ranges::find(kinds, rule.kind, [](const auto& k) { return k.second; });
    std::string text(name->first);
    if (rule.kind == Kind::permute && rule.grain == Grain::channel) text += ":channel";
    if (rule.kind == Kind::permute && rule.grain == Grain::layer) text += ":shared";
    if (rule.kind == Kind::rotate && rule.shift != 1) text += ":" + std::to_string(rule.shift);
    if (rule.kind == Kind::jitter || rule.kind == Kind::drop || rule.kind == Kind::insert)
        text += ":" + number_text(rule.amount);
    for (std::size_t t = 0; t < rule.order.size(); ++t) text += (t == 0 ? ":" : "-") + std::to_string(rule.order[t]);
    return text + (rule.is_fixed ? ":fixed" : "");
}

Rearrangement parse_rearrangement(std::string_view text) {
    std::vector<std::string_view> words = split(text, ':');
    const auto kind = std::ranges::find(kinds, words.front(), [](const auto& k) { return k.first; });
    if (kind == kinds.end()) refuse(text, "no such rule");
    Rearrangement rule;
    rule.kind = kind->second;
    words.erase(words.begin());
    parse_arguments(text, std::move(words), rule);
    return rule;
}

std::string rearrangement_help() {
    return "identity, permute[:neuron|channel|shared][:sample|fixed], order:2-0-1, reverse, earliest, latest, even, "
           "rotate[:TICKS], jitter:SIGMA[:fixed], drop:P[:fixed], insert:P[:fixed]";
}

}  // namespace syncopate
