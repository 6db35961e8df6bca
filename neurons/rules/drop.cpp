#include "core/number_text.hpp"
#include "neurons/rules/rule_draws.hpp"
#include "neurons/rules/rule_entry.hpp"

#include <utility>

namespace syncopate {

namespace {

/// Each spike is lost with probability p.
class DropRule final : public RearrangementRule {
public:
    DropRule(double p, RelayDraws draws) : p_(p), draws_(draws) {}
    std::string sentence() const override {
        return "Leaves out each spike with probability " + number_text(p_) + draws_.sentence_end();
    }
    std::string text() const override { return "drop:" + number_text(p_) + draws_.text(); }
    bool has_chance() const override { return true; }
    bool has_common_draws() const override { return draws_.is_fixed; }
    bool keeps_counts() const override { return false; }
    bool is_identity(Tick) const override { return draw_limit(p_) == 0; }
    void rearrange(RowTrains& trains, const RowSite& site) const override {
        const std::uint64_t limit = draw_limit(p_);
        RowTrains kept;
        kept.clear();
        for (std::size_t i = 0; i < trains.positions(); ++i) {
            DrawStream draws = draws_.stream(site, site.neuron(i));
            for (std::uint32_t s = trains.begin[i]; s < trains.begin[i + 1]; ++s) {
                if (draws.next() < limit) continue;
                kept.ticks.push_back(trains.ticks[s]);
                if (!trains.amplitudes.empty()) kept.amplitudes.push_back(trains.amplitudes[s]);
            }
            kept.close_position();
        }
        trains = std::move(kept);
    }

private:
    double p_;
    RelayDraws draws_;
};

}  // namespace

RuleEntry drop_rule() {
    return {"drop", "drop:P[:fixed]", "drop:[0-9.][0-9.eE+-]*(:(sample|fixed))?",
            [](RuleText& text) -> std::unique_ptr<const RearrangementRule> {
                const double p = text.take_amount({"p", 1.0, "1"});
                return std::make_unique<DropRule>(p, RelayDraws{text.take_fixed()});
            }};
}

}  // namespace syncopate
