#include "neurons/rules/rule_entry.hpp"
#include "neurons/rules/train_moves.hpp"

namespace syncopate {

namespace {

/// The window as it was.
class IdentityRule final : public RearrangementRule {
public:
    std::string sentence() const override { return "Sends every spike at the tick at which it came"; }
    std::string text() const override { return "identity"; }
    bool is_identity(Tick) const override { return true; }
    void rearrange(RowTrains&, const RowSite&) const override {}
    std::vector<Tick> common_order(const RowSite& site) const override { return natural_order(site.duration); }
};

}  // namespace

RuleEntry identity_rule() {
    return {"identity", "identity", "identity",
            [](RuleText&) -> std::unique_ptr<const RearrangementRule> { return std::make_unique<IdentityRule>(); }};
}

}  // namespace syncopate
