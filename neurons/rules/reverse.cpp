#include "neurons/rules/rule_entry.hpp"
#include "neurons/rules/train_moves.hpp"

#include <algorithm>

namespace syncopate {

namespace {

/// Tick t becomes T − 1 − t.
class ReverseRule final : public RearrangementRule {
public:
    std::string sentence() const override { return "Sends the window backwards"; }
    std::string text() const override { return "reverse"; }
    bool is_identity(Tick T) const override { return T == 1; }
    void rearrange(RowTrains& trains, const RowSite& site) const override {
        for (Tick& tick : trains.ticks) tick = site.duration - 1 - tick;
    }
    std::vector<Tick> common_order(const RowSite& site) const override {
        std::vector<Tick> order = natural_order(site.duration);
        std::ranges::reverse(order);
        return order;
    }
};

}  // namespace

RuleEntry reverse_rule() {
    return {"reverse", "reverse", "reverse",
            [](RuleText&) -> std::unique_ptr<const RearrangementRule> { return std::make_unique<ReverseRule>(); }};
}

}  // namespace syncopate
