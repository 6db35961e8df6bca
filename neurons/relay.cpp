#include "neurons/relay.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "neurons/count_permutation.hpp"
#include "neurons/discrete_gaussian.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

namespace syncopate {

namespace {

using Kind = Rearrangement::Kind;
using Grain = Rearrangement::Grain;

/// Ids of streams that are not a neuron's; neurons are below 2^30.
constexpr std::uint32_t first_channel_stream = 1u << 31;
constexpr std::uint32_t layer_stream = 0xffffffffu;
/// How many of the 2^32 values of a draw count as a hit, for a probability; compared in integers.
std::uint64_t limit_of(double p) { return static_cast<std::uint64_t>(std::floor(std::ldexp(p, 32))); }

/// Fisher and Yates: which old tick every new tick shows.
std::vector<Tick> permutation(const Rearrangement& rule, const RowSite& site, std::uint32_t id) {
    std::vector<Tick> ticks(static_cast<std::size_t>(site.duration));
    std::iota(ticks.begin(), ticks.end(), 0);
    DrawStream draws = rearrangement_draws(rule, site, id);
    for (auto left = static_cast<std::uint32_t>(site.duration); left > 1; --left)
        std::swap(ticks[left - 1], ticks[draws.below(left)]);
    return ticks;
}

const std::vector<Tick>& order_of(const Rearrangement& rule, Tick T) {
    if (static_cast<Tick>(rule.order.size()) != T) {
        throw UsageError("rearrangement \"" + to_string(rule) + "\" is an order of " +
                         std::to_string(rule.order.size()) + " ticks, but the window has " + std::to_string(T));
    }
    return rule.order;
}

/// A row being rearranged.
class RowRearranger {
public:
    RowRearranger(const Rearrangement& rule, const std::optional<DiscreteGaussian>& jitter, RowTrains& trains,
                  const RowSite& site)
        : rule_(rule), jitter_(jitter), trains_(trains), site_(site), T_(site.duration) {}

    void run() {
        switch (rule_.kind) {
            case Kind::identity:
                return;
            case Kind::permute:
                if (rule_.grain == Grain::layer) return show_in(permutation(rule_, site_, layer_stream), 0, 1);
                return rule_.grain == Grain::channel ? permute_channels() : permute_neurons();
            case Kind::order:
                return show_in(order_of(rule_, T_), 0, 1);
            case Kind::jitter:
                return jitter_spikes();
            case Kind::drop:
                return drop_spikes();
            case Kind::insert:
                return insert_spikes();
            default:
                return move_spikes();
        }
    }

private:
    DrawStream stream(std::uint32_t neuron) const { return rearrangement_draws(rule_, site_, neuron); }

    void show_in(const std::vector<Tick>& order, std::size_t first, std::size_t step) {
        std::vector<Tick> new_tick(order.size());
        for (std::size_t t = 0; t < order.size(); ++t)
            new_tick[static_cast<std::size_t>(order[t])] = static_cast<Tick>(t);
        for (std::size_t i = first; i < trains_.positions(); i += step) {
            for (std::uint32_t s = trains_.begin[i]; s < trains_.begin[i + 1]; ++s)
                trains_.ticks[s] = new_tick[static_cast<std::size_t>(trains_.ticks[s])];
        }
    }

    void permute_channels() {
        const auto channels = static_cast<std::size_t>(site_.shape.channels);
        for (std::size_t c = 0; c < channels; ++c)
            show_in(permutation(rule_, site_, first_channel_stream + static_cast<std::uint32_t>(c)), c, channels);
    }

    /// The N spikes of a neuron go to N ticks drawn without replacement: the first N steps of a permutation, counted
    /// from its end, are all that is seen of it.
    void permute_neurons() {
        std::vector<Tick> ticks(static_cast<std::size_t>(T_));
        for (std::size_t i = 0; i < trains_.positions(); ++i) {
            const std::size_t count = trains_.count(i);
            if (count == 0) continue;
            if (count == ticks.size() && trains_.amplitudes.empty()) continue;  // certain
            std::iota(ticks.begin(), ticks.end(), 0);
            DrawStream draws = stream(site_.neuron(i));
            auto left = static_cast<std::uint32_t>(T_);
            for (std::uint32_t s = trains_.begin[i]; s < trains_.begin[i + 1]; ++s, --left) {
                std::swap(ticks[left - 1], ticks[draws.below(left)]);
                trains_.ticks[s] = ticks[left - 1];
            }
        }
    }

    /// Rules in which the new tick follows from the old one and the spike's number among its neuron's.
    void move_spikes() {
        for (std::size_t i = 0; i < trains_.positions(); ++i) {
            const auto count = static_cast<Tick>(trains_.count(i));
            for (Tick k = 0; k < count; ++k) {
                Tick& tick = trains_.ticks[trains_.begin[i] + static_cast<std::uint32_t>(k)];
                tick = moved(tick, k, count);
            }
        }
    }

    Tick moved(Tick tick, Tick k, Tick count) const {
        switch (rule_.kind) {
            case Kind::reverse:
                return T_ - 1 - tick;
            case Kind::earliest:
                return k;
            case Kind::latest:
                return T_ - count + k;
            case Kind::even:
                return static_cast<Tick>((2 * std::int64_t{k} + 1) * T_ / (2 * std::int64_t{count}));
            default:
                return static_cast<Tick>(((std::int64_t{tick} + rule_.shift) % T_ + T_) % T_);
        }
    }

    /// Spikes move in order of time; the nearer free tick is taken, the earlier of two.
    void jitter_spikes() {
        std::vector<std::uint8_t> is_taken(static_cast<std::size_t>(T_));
        for (std::size_t i = 0; i < trains_.positions(); ++i) {
            if (trains_.count(i) == 0) continue;
            std::ranges::fill(is_taken, std::uint8_t{0});
            DrawStream draws = stream(site_.neuron(i));
            for (std::uint32_t s = trains_.begin[i]; s < trains_.begin[i + 1]; ++s) {
                const Tick wanted = std::clamp(trains_.ticks[s] + jitter_->value(draws.next()), 0, T_ - 1);
                trains_.ticks[s] = nearest_free(is_taken, wanted);
                is_taken[static_cast<std::size_t>(trains_.ticks[s])] = 1;
            }
        }
    }

    Tick nearest_free(const std::vector<std::uint8_t>& is_taken, Tick wanted) const {
        const auto is_free = [&](Tick tick) {
            return tick >= 0 && tick < T_ && is_taken[static_cast<std::size_t>(tick)] == 0;
        };
        Tick distance = 0;
        while (!is_free(wanted - distance) && !is_free(wanted + distance)) ++distance;
        return is_free(wanted - distance) ? wanted - distance : wanted + distance;
    }

    void drop_spikes() {
        const std::uint64_t limit = limit_of(rule_.amount);
        RowTrains kept;
        kept.clear();
        for (std::size_t i = 0; i < trains_.positions(); ++i) {
            DrawStream draws = stream(site_.neuron(i));
            for (std::uint32_t s = trains_.begin[i]; s < trains_.begin[i + 1]; ++s) {
                if (draws.next() < limit) continue;
                kept.ticks.push_back(trains_.ticks[s]);
                if (!trains_.amplitudes.empty()) kept.amplitudes.push_back(trains_.amplitudes[s]);
            }
            kept.close_position();
        }
        trains_ = std::move(kept);
    }

    void insert_spikes() {
        const std::uint64_t limit = limit_of(rule_.amount);
        RowTrains more;
        more.clear();
        for (std::size_t i = 0; i < trains_.positions(); ++i) {
            DrawStream draws = stream(site_.neuron(i));
            std::uint32_t s = trains_.begin[i];
            for (Tick tick = 0; tick < T_; ++tick) {
                const bool is_there = s < trains_.begin[i + 1] && trains_.ticks[s] == tick;
                const bool is_new = draws.next() < limit;
                if (is_there || is_new) {
                    more.ticks.push_back(tick);
                    if (!trains_.amplitudes.empty()) more.amplitudes.push_back(is_there ? trains_.amplitudes[s] : 1);
                }
                s += is_there ? 1 : 0;
            }
            more.close_position();
        }
        trains_ = std::move(more);
    }

    const Rearrangement& rule_;
    const std::optional<DiscreteGaussian>& jitter_;
    RowTrains& trains_;
    const RowSite& site_;
    const Tick T_;
};

class Relay final : public TrainRearrangement {
public:
    explicit Relay(const Rearrangement& rule) : rule_(rule) {
        if (rule.kind == Kind::jitter) jitter_.emplace(rule.amount);
    }
    void rearrange(RowTrains& trains, const RowSite& site) const override {
        RowRearranger(rule_, jitter_, trains, site).run();
    }

    bool needs_counts_only() const override {
        return (rule_.kind == Kind::permute && rule_.grain == Grain::neuron) || rule_.kind == Kind::earliest ||
               rule_.kind == Kind::latest || rule_.kind == Kind::even;
    }
    void arrange(std::span<const std::int32_t> counts, const RowSite& site, RowTrains& trains) const override {
        if (rule_.kind == Kind::permute) return permute_from_counts(rule_, counts, site, trains);
        // These rules number a neuron's spikes and do not look at their ticks.
        trains.clear();
        for (const std::int32_t count : counts) {
            for (Tick tick = 0; tick < count; ++tick) trains.ticks.push_back(tick);
            trains.close_position();
        }
        rearrange(trains, site);
    }
    std::vector<Tick> common_order(const RowSite& site) const override {
        const Tick T = site.duration;
        std::vector<Tick> order(static_cast<std::size_t>(T));
        std::iota(order.begin(), order.end(), 0);
        switch (rule_.kind) {
            case Kind::identity:
                return order;
            case Kind::permute:
                return rule_.grain == Grain::layer ? permutation(rule_, site, layer_stream) : std::vector<Tick>{};
            case Kind::order:
                return order_of(rule_, T);
            case Kind::reverse:
                std::ranges::reverse(order);
                return order;
            case Kind::rotate:
                std::ranges::rotate(order, order.begin() + ((-std::int64_t{rule_.shift}) % T + T) % T);
                return order;
            default:
                return {};
        }
    }

private:
    Rearrangement rule_;
    std::optional<DiscreteGaussian> jitter_;
};

}  // namespace

std::unique_ptr<const TrainRearrangement> make_relay(const Rearrangement& rule) {
    return std::make_unique<Relay>(rule);
}

}  // namespace syncopate
