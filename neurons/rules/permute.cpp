#include "core/index.hpp"
#include "neurons/count_permutation.hpp"
#include "neurons/rules/rule_draws.hpp"
#include "neurons/rules/rule_entry.hpp"
#include "neurons/rules/train_moves.hpp"

#include <numeric>
#include <utility>

namespace syncopate {

namespace {

/// Ids of streams that are not a neuron's; neurons are below 2^30.
constexpr std::uint32_t first_channel_stream = 1u << 31;
constexpr std::uint32_t layer_stream = 0xffffffffu;

/// Who shares a permutation.
enum class Grain : std::uint8_t { neuron, channel, layer };

/// A uniformly random permutation of the T ticks.
class PermuteRule final : public RearrangementRule {
public:
    PermuteRule(Grain grain, RelayDraws draws) : grain_(grain), draws_(draws) {}
    std::string sentence() const override {
        const std::string whom = grain_ == Grain::channel ? "each channel"
                                 : grain_ == Grain::layer ? "the layer"
                                                          : "each neuron";
        return "Puts the ticks of " + whom + " into an order drawn at random" + draws_.sentence_end();
    }
    std::string text() const override {
        const std::string grain = grain_ == Grain::channel ? ":channel" : grain_ == Grain::layer ? ":shared" : "";
        return "permute" + grain + draws_.text();
    }
    bool has_chance() const override { return true; }
    bool has_common_draws() const override { return draws_.is_fixed; }
    bool is_identity(Tick T) const override { return T == 1; }
    void rearrange(RowTrains& trains, const RowSite& site) const override {
        if (grain_ == Grain::layer) return show_in_order(trains, draws_.permutation(site, layer_stream));
        if (grain_ == Grain::neuron) return permute_neurons(trains, site);
        const auto channels = to_size(site.shape.channels);
        for (std::size_t c = 0; c < channels; ++c)
            show_in_order(trains, draws_.permutation(site, first_channel_stream + static_cast<std::uint32_t>(c)), c,
                          channels);
    }
    bool needs_counts_only() const override { return grain_ == Grain::neuron; }
    void arrange(std::span<const std::int32_t> counts, const RowSite& site, RowTrains& trains) const override {
        permute_from_counts(draws_, counts, site, trains);
    }
    std::vector<Tick> common_order(const RowSite& site) const override {
        return grain_ == Grain::layer ? draws_.permutation(site, layer_stream) : std::vector<Tick>{};
    }

private:
    /// The N spikes of a neuron go to N ticks drawn without replacement: the first N steps of a permutation, counted
    /// from its end, are all that is seen of it.
    void permute_neurons(RowTrains& trains, const RowSite& site) const {
        std::vector<Tick> ticks(to_size(site.duration));
        for (std::size_t i = 0; i < trains.positions(); ++i) {
            const std::size_t count = trains.count(i);
            if (count == 0) continue;
            if (count == ticks.size() && trains.amplitudes.empty()) continue;  // certain
            std::iota(ticks.begin(), ticks.end(), 0);
            DrawStream draws = draws_.stream(site, site.neuron(i));
            auto left = static_cast<std::uint32_t>(site.duration);
            for (std::uint32_t s = trains.begin[i]; s < trains.begin[i + 1]; ++s, --left) {
                std::swap(ticks[left - 1], ticks[draws.below(left)]);
                trains.ticks[s] = ticks[left - 1];
            }
        }
    }

    Grain grain_;
    RelayDraws draws_;
};

Grain take_grain(RuleText& text) {
    if (text.take_if("channel")) return Grain::channel;
    if (text.take_if("shared")) return Grain::layer;
    text.take_if("neuron");
    return Grain::neuron;
}

}  // namespace

RuleEntry permute_rule() {
    return {"permute", "permute[:neuron|channel|shared][:sample|fixed]",
            "permute(:(neuron|channel|shared))?(:(sample|fixed))?",
            [](RuleText& text) -> std::unique_ptr<const RearrangementRule> {
                const Grain grain = take_grain(text);
                return std::make_unique<PermuteRule>(grain, RelayDraws{text.take_fixed()});
            }};
}

}  // namespace syncopate
