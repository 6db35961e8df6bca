#include "neurons/rules/rule_entry.hpp"
#include "neurons/rules/train_moves.hpp"

namespace syncopate {

namespace {

/// The N spikes of a neuron come at the last N ticks.
class LatestRule final : public RearrangementRule {
public:
    std::string sentence() const override { return "Sends the spikes of each neuron at its last ticks"; }
    std::string text() const override { return "latest"; }
    bool is_identity(Tick T) const override { return T == 1; }
    void rearrange(RowTrains& trains, const RowSite& site) const override {
        move_spikes(trains, [T = site.duration](Tick, Tick k, Tick count) { return T - count + k; });
    }
    bool needs_counts_only() const override { return true; }
    void arrange(std::span<const std::int32_t> counts, const RowSite& site, RowTrains& trains) const override {
        number_spikes(counts, trains);
        rearrange(trains, site);
    }
};

}  // namespace

RuleEntry latest_rule() {
    return {"latest", "latest", "latest",
            [](RuleText&) -> std::unique_ptr<const RearrangementRule> { return std::make_unique<LatestRule>(); }};
}

}  // namespace syncopate
