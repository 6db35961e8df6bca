#include "core/number_text.hpp"
#include "neurons/rules/rule_draws.hpp"
#include "neurons/rules/rule_entry.hpp"

#include <utility>

namespace syncopate {

namespace {

/// At each empty tick a spike of amplitude 1 appears with probability p.
class InsertRule final : public RearrangementRule {
public:
    InsertRule(double p, RelayDraws draws) : p_(p), draws_(draws) {}
    std::string sentence() const override {
        return "Adds a spike at each silent tick with probability " + number_text(p_) + draws_.sentence_end();
    }
    std::string text() const override { return "insert:" + number_text(p_) + draws_.text(); }
    bool has_chance() const override { return true; }
    bool has_common_draws() const override { return draws_.is_fixed; }
    bool keeps_counts() const override { return false; }
    bool is_identity(Tick) const override { return draw_limit(p_) == 0; }
    void rearrange(RowTrains& trains, const RowSite& site) const override {
        const std::uint64_t limit = draw_limit(p_);
        RowTrains more;
        more.clear();
        for (std::size_t i = 0; i < trains.positions(); ++i) {
            DrawStream draws = draws_.stream(site, site.neuron(i));
            std::uint32_t s = trains.begin[i];
            for (Tick tick = 0; tick < site.duration; ++tick) {
                const bool is_there = s < trains.begin[i + 1] && trains.ticks[s] == tick;
                // Drawn for every tick, also where a spike stands already: so what is inserted at a tick does not
                // depend on which spikes the source sent before it.
                const bool is_new = draws.next() < limit;
                if (is_there || is_new) {
                    more.ticks.push_back(tick);
                    if (!trains.amplitudes.empty()) more.amplitudes.push_back(is_there ? trains.amplitudes[s] : 1);
                }
                s += is_there ? 1 : 0;
            }
            more.close_position();
        }
        trains = std::move(more);
    }

private:
    double p_;
    RelayDraws draws_;
};

}  // namespace

RuleEntry insert_rule() {
    return {"insert", "insert:P[:fixed]", "insert:[0-9.][0-9.eE+-]*(:(sample|fixed))?",
            [](RuleText& text) -> std::unique_ptr<const RearrangementRule> {
                const double p = text.take_amount({"p", 1.0, "1"});
                return std::make_unique<InsertRule>(p, RelayDraws{text.take_fixed()});
            }};
}

}  // namespace syncopate
