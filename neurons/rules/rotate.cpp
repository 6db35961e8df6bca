#include "neurons/rules/rule_entry.hpp"
#include "neurons/rules/train_moves.hpp"

#include <algorithm>

namespace syncopate {

namespace {

/// Tick t becomes t + shift mod T.
class RotateRule final : public RearrangementRule {
public:
    explicit RotateRule(Tick shift) : shift_(shift) {}
    std::string sentence() const override {
        return "Moves all spikes by " + std::to_string(shift_) + (shift_ == 1 ? " tick" : " ticks") +
               ", around the end of the window";
    }
    std::string text() const override { return shift_ == 1 ? "rotate" : "rotate:" + std::to_string(shift_); }
    bool is_identity(Tick T) const override { return places(T) == 0; }
    void rearrange(RowTrains& trains, const RowSite& site) const override {
        const std::int64_t shift = places(site.duration);
        for (Tick& tick : trains.ticks) tick = static_cast<Tick>((tick + shift) % site.duration);
    }
    std::vector<Tick> common_order(const RowSite& site) const override {
        std::vector<Tick> order = natural_order(site.duration);
        std::ranges::rotate(order, order.end() - places(site.duration));
        return order;
    }

private:
    /// The shift as one of 0 … T − 1 ticks; it may be any 32-bit number, so the arithmetic has 64.
    std::int64_t places(Tick T) const { return (std::int64_t{shift_} % T + T) % T; }

    Tick shift_;
};

}  // namespace

RuleEntry rotate_rule() {
    return {
        "rotate", "rotate[:TICKS]", "rotate(:-?[0-9]+)?",
        [](RuleText& text) -> std::unique_ptr<const RearrangementRule> {
            return std::make_unique<RotateRule>(text.take_ticks("rotate takes a whole number of ticks").value_or(1));
        }};
}

}  // namespace syncopate
