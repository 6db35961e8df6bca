#include "neurons/rearrangement.hpp"

#include "neurons/rules/rule_entry.hpp"

#include <algorithm>
#include <array>

namespace syncopate {

// The rules, in the order of the help: a line here, and a file in neurons/rules/ that defines NAME_rule().
#define SYNCOPATE_RULES(RULE)                                                                                          \
    RULE(identity)                                                                                                     \
    RULE(permute)                                                                                                      \
    RULE(order)                                                                                                        \
    RULE(reverse)                                                                                                      \
    RULE(earliest)                                                                                                     \
    RULE(latest)                                                                                                       \
    RULE(even)                                                                                                         \
    RULE(rotate)                                                                                                       \
    RULE(jitter)                                                                                                       \
    RULE(swap)                                                                                                         \
    RULE(drop)                                                                                                         \
    RULE(insert)

#define SYNCOPATE_DECLARE_RULE(name) RuleEntry name##_rule();
SYNCOPATE_RULES(SYNCOPATE_DECLARE_RULE)

namespace {

const auto& rules() {
#define SYNCOPATE_RULE_ENTRY(name) name##_rule(),
    static const std::array table = {SYNCOPATE_RULES(SYNCOPATE_RULE_ENTRY)};
    return table;
}

std::string joined(std::string_view RuleEntry::*member, std::string_view separator) {
    std::string text;
    for (const RuleEntry& rule : rules())
        text += std::string(text.empty() ? "" : separator) + std::string(rule.*member);
    return text;
}

}  // namespace

Rearrangement::Rearrangement() : Rearrangement(parse_rearrangement("identity")) {}

Rearrangement parse_rearrangement(std::string_view text) {
    RuleText words(text);
    const auto rule = std::ranges::find(rules(), words.name(), &RuleEntry::name);
    if (rule == rules().end()) words.refuse("no such rule");
    std::shared_ptr<const RearrangementRule> parsed = rule->parse(words);
    words.finish();
    return Rearrangement(std::move(parsed));
}

Rearrangement order_rearrangement(const std::vector<Tick>& order) {
    std::string text = "order";
    for (std::size_t t = 0; t < order.size(); ++t) text += (t == 0 ? ":" : "-") + std::to_string(order[t]);
    return parse_rearrangement(text);
}

std::string rearrangement_help() { return joined(&RuleEntry::form, ", "); }

std::vector<std::string> rearrangement_names() {
    std::vector<std::string> names;
    for (const RuleEntry& rule : rules()) names.emplace_back(rule.name);
    return names;
}

std::string rearrangement_pattern() { return "^(" + joined(&RuleEntry::pattern, "|") + ")$"; }

}  // namespace syncopate
