#include "core/error.hpp"
#include "core/split.hpp"
#include "neurons/rules/rule_entry.hpp"
#include "neurons/rules/train_moves.hpp"

#include <algorithm>
#include <utility>

namespace syncopate {

namespace {

/// A stated permutation of the ticks, one for the layer: the new tick t shows the old tick order[t].
class OrderRule final : public RearrangementRule {
public:
    explicit OrderRule(std::vector<Tick> order) : order_(std::move(order)) {}
    std::string sentence() const override { return "Sends the ticks of the window in the order given"; }
    std::string text() const override {
        std::string text = "order";
        for (std::size_t t = 0; t < order_.size(); ++t) text += (t == 0 ? ":" : "-") + std::to_string(order_[t]);
        return text;
    }
    bool is_identity(Tick) const override { return std::ranges::is_sorted(order_); }
    std::optional<Tick> only_duration() const override { return static_cast<Tick>(order_.size()); }
    void rearrange(RowTrains& trains, const RowSite& site) const override { show_in_order(trains, common_order(site)); }
    std::vector<Tick> common_order(const RowSite& site) const override {
        if (static_cast<Tick>(order_.size()) != site.duration) {
            throw UsageError("rearrangement \"" + text() + "\" is an order of " + std::to_string(order_.size()) +
                             " ticks, but the window has " + std::to_string(site.duration));
        }
        return order_;
    }

private:
    std::vector<Tick> order_;
};

std::vector<Tick> take_order(RuleText& text) {
    std::vector<Tick> order;
    for (const std::string_view part : split(text.take("the order is missing"), '-')) {
        const auto tick = parse_tick(part);
        if (!tick) text.refuse("an order is a list of ticks like 2-0-1");
        order.push_back(*tick);
    }
    // Compared with the natural order after sorting, which finds gaps, repetitions and negative ticks alike.
    std::vector<Tick> sorted = order;
    std::ranges::sort(sorted);
    if (sorted != natural_order(static_cast<Tick>(order.size())))
        text.refuse("an order names every tick from 0 to T - 1 once, as 2-0-1 does");
    return order;
}

}  // namespace

RuleEntry order_rule() {
    return {"order", "order:2-0-1", "order:[0-9]+(-[0-9]+)*",
            [](RuleText& text) -> std::unique_ptr<const RearrangementRule> {
                return std::make_unique<OrderRule>(take_order(text));
            }};
}

}  // namespace syncopate
