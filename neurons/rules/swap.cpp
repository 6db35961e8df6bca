#include "core/index.hpp"
#include "neurons/rules/rule_draws.hpp"
#include "neurons/rules/rule_entry.hpp"
#include "neurons/rules/train_moves.hpp"

#include <algorithm>
#include <utility>

namespace syncopate {

namespace {

constexpr Tick most_exchanges = 1'000'000;

/// K times, two neighbouring ticks of a neuron, drawn at random, exchange what is in them. A few exchanges disturb a
/// train a little; the more there are, the nearer it comes to a random permutation.
class SwapRule final : public RearrangementRule {
public:
    SwapRule(Tick exchanges, RelayDraws draws) : exchanges_(exchanges), draws_(draws) {}
    std::string sentence() const override {
        return "Exchanges two neighbouring ticks of each neuron, drawn at random, " + std::to_string(exchanges_) +
               (exchanges_ == 1 ? " time" : " times") + draws_.sentence_end();
    }
    std::string text() const override { return "swap:" + std::to_string(exchanges_) + draws_.text(); }
    bool has_chance() const override { return true; }
    bool has_common_draws() const override { return draws_.is_fixed; }
    bool is_identity(Tick T) const override {
        return T == 1 || exchanges_ == 0 || (T == 2 && exchanges_ % 2 == 0);  // two ticks have one exchange
    }
    void rearrange(RowTrains& trains, const RowSite& site) const override {
        if (is_identity(site.duration)) return;
        std::vector<Tick> place_of(to_size(site.duration));
        for (std::size_t i = 0; i < trains.positions(); ++i) {
            if (trains.count(i) == 0) continue;
            const std::vector<Tick> shown = exchanged(site, site.neuron(i));
            // The exchanges say which old tick a new one shows; a spike has to know where its old tick went, which is
            // the inverse.
            for (Tick t = 0; t < site.duration; ++t) place_of[to_size(shown[to_size(t)])] = t;
            for (std::uint32_t s = trains.begin[i]; s < trains.begin[i + 1]; ++s)
                trains.ticks[s] = place_of[to_size(trains.ticks[s])];
        }
    }

private:
    /// Which old tick every new tick shows.
    std::vector<Tick> exchanged(const RowSite& site, std::uint32_t neuron) const {
        std::vector<Tick> shown = natural_order(site.duration);
        DrawStream draws = draws_.stream(site, neuron);
        for (Tick k = 0; k < exchanges_; ++k) {
            const std::size_t t = draws.below(static_cast<std::uint32_t>(site.duration - 1));
            std::swap(shown[t], shown[t + 1]);
        }
        return shown;
    }

    Tick exchanges_;
    RelayDraws draws_;
};

Tick take_exchanges(RuleText& text) {
    const std::string complaint = "swap takes a number of exchanges from 0 to " + std::to_string(most_exchanges);
    const std::optional<Tick> exchanges = text.take_ticks(complaint);
    if (!exchanges || *exchanges < 0 || *exchanges > most_exchanges) text.refuse(complaint);
    return *exchanges;
}

}  // namespace

RuleEntry swap_rule() {
    return {"swap", "swap:K[:fixed]", "swap:[0-9]+(:(sample|fixed))?",
            [](RuleText& text) -> std::unique_ptr<const RearrangementRule> {
                const Tick exchanges = take_exchanges(text);
                return std::make_unique<SwapRule>(exchanges, RelayDraws{text.take_fixed()});
            }};
}

}  // namespace syncopate
