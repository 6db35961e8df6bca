#include "neurons/rules/rule_entry.hpp"
#include "neurons/rules/train_moves.hpp"

namespace syncopate {

namespace {

/// The N spikes of a neuron come at ticks 0 … N − 1.
class EarliestRule final : public RearrangementRule {
public:
    std::string sentence() const override { return "Sends the spikes of each neuron at its first ticks"; }
    std::string text() const override { return "earliest"; }
    bool is_identity(Tick T) const override { return T == 1; }
    void rearrange(RowTrains& trains, const RowSite&) const override {
        move_spikes(trains, [](Tick, Tick k, Tick) { return k; });
    }
    bool needs_counts_only() const override { return true; }
    void arrange(std::span<const std::int32_t> counts, const RowSite& site, RowTrains& trains) const override {
        number_spikes(counts, trains);
        rearrange(trains, site);
    }
};

}  // namespace

RuleEntry earliest_rule() {
    return {"earliest", "earliest", "earliest",
            [](RuleText&) -> std::unique_ptr<const RearrangementRule> { return std::make_unique<EarliestRule>(); }};
}

}  // namespace syncopate
