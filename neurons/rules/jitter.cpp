#include "core/index.hpp"
#include "core/number_text.hpp"
#include "neurons/discrete_gaussian.hpp"
#include "neurons/rules/rule_draws.hpp"
#include "neurons/rules/rule_entry.hpp"

#include <algorithm>

namespace syncopate {

namespace {

/// Each spike moves by a discrete Gaussian, is clipped to the window, and goes to the nearest free tick. Spikes move in
/// order of time; of two free ticks at the same distance the earlier is taken.
class JitterRule final : public RearrangementRule {
public:
    JitterRule(double sigma, RelayDraws draws) : sigma_(sigma), draws_(draws), gaussian_(sigma) {}
    std::string sentence() const override {
        return "Moves every spike by a number of ticks drawn from a Gaussian with deviation " + number_text(sigma_) +
               draws_.sentence_end();
    }
    std::string text() const override { return "jitter:" + number_text(sigma_) + draws_.text(); }
    bool has_chance() const override { return true; }
    bool has_common_draws() const override { return draws_.is_fixed; }
    bool is_identity(Tick T) const override { return T == 1 || sigma_ == 0.0; }
    void rearrange(RowTrains& trains, const RowSite& site) const override {
        std::vector<std::uint8_t> is_taken(to_size(site.duration));
        for (std::size_t i = 0; i < trains.positions(); ++i) {
            if (trains.count(i) == 0) continue;
            std::ranges::fill(is_taken, std::uint8_t{0});
            DrawStream draws = draws_.stream(site, site.neuron(i));
            for (std::uint32_t s = trains.begin[i]; s < trains.begin[i + 1]; ++s) {
                const Tick wanted = std::clamp(trains.ticks[s] + gaussian_.value(draws.next()), 0, site.duration - 1);
                trains.ticks[s] = nearest_free(is_taken, wanted);
                is_taken[to_size(trains.ticks[s])] = 1;
            }
        }
    }

private:
    static Tick nearest_free(const std::vector<std::uint8_t>& is_taken, Tick wanted) {
        const auto is_free = [&](Tick tick) {
            return tick >= 0 && tick < static_cast<Tick>(is_taken.size()) && is_taken[to_size(tick)] == 0;
        };
        Tick distance = 0;
        // This ends: a train has at most one spike a tick, so while one is still to be placed some tick of the window
        // is free.
        while (!is_free(wanted - distance) && !is_free(wanted + distance)) ++distance;
        return is_free(wanted - distance) ? wanted - distance : wanted + distance;
    }

    double sigma_;
    RelayDraws draws_;
    DiscreteGaussian gaussian_;
};

}  // namespace

RuleEntry jitter_rule() {
    return {"jitter", "jitter:SIGMA[:fixed]", "jitter:[0-9.][0-9.eE+-]*(:(sample|fixed))?",
            [](RuleText& text) -> std::unique_ptr<const RearrangementRule> {
                const double sigma = text.take_amount({"sigma", max_jitter, "10000 ticks"});
                return std::make_unique<JitterRule>(sigma, RelayDraws{text.take_fixed()});
            }};
}

}  // namespace syncopate
