#pragma once

#include "neurons/rearrangement.hpp"
#include "neurons/rules/rule_text.hpp"

#include <memory>
#include <string_view>

namespace syncopate {

/// A rule's line in the table: how it is written, and who reads it.
struct RuleEntry {
    std::string_view name;
    std::string_view form;     // for --help, as "rotate[:TICKS]"
    std::string_view pattern;  // the same as a regular expression
    /// Reads what stands behind the name; what it leaves is refused.
    std::unique_ptr<const RearrangementRule> (*parse)(RuleText& text);
};

}  // namespace syncopate
