#include "neurons/rules/rule_entry.hpp"
#include "neurons/rules/train_moves.hpp"

namespace syncopate {

namespace {

/// Evenly spaced: spike i of N comes at tick ⌊(2i + 1) T / 2N⌋.
class EvenRule final : public RearrangementRule {
public:
    std::string sentence() const override { return "Spaces the spikes of each neuron evenly over the window"; }
    std::string text() const override { return "even"; }
    bool is_identity(Tick T) const override { return T == 1; }
    void rearrange(RowTrains& trains, const RowSite& site) const override {
        move_spikes(trains, [T = std::int64_t{site.duration}](Tick, Tick k, Tick count) {
            return static_cast<Tick>((2 * std::int64_t{k} + 1) * T / (2 * std::int64_t{count}));
        });
    }
    bool needs_counts_only() const override { return true; }
    void arrange(std::span<const std::int32_t> counts, const RowSite& site, RowTrains& trains) const override {
        number_spikes(counts, trains);
        rearrange(trains, site);
    }
};

}  // namespace

RuleEntry even_rule() {
    return {"even", "even", "even",
            [](RuleText&) -> std::unique_ptr<const RearrangementRule> { return std::make_unique<EvenRule>(); }};
}

}  // namespace syncopate
