#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "neurons/models/two_phase.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "neurons/models/two_phase.hpp"

#include "core/index.hpp"
#include "core/random/draw_blocks.hpp"
#include "core/random/random.hpp"
#include "neurons/integration.hpp"
#include "neurons/models/thresholds.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>
#include <vector>

#ifndef SYNCOPATE_TWO_PHASE_FIRING
#define SYNCOPATE_TWO_PHASE_FIRING
namespace syncopate {

/// Neurons of a row that may fire.
struct FiringNeurons {
    std::vector<std::int64_t> potential;  // in steps of 2^-32 thresholds
    std::vector<std::uint32_t> neuron;    // flat C·H·W
    std::vector<std::uint64_t> fired;     // bit t: at tick t of the 64 ticks at hand
    std::vector<std::uint32_t> words;     // of the four ticks at hand, one after the other
};

}  // namespace syncopate
#endif

HWY_BEFORE_NAMESPACE();
namespace syncopate::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// One tick: a neuron fires if its draw times the remaining ticks is below its potential. `threshold`: what a spike
/// takes.
void fire_tick(FiringNeurons& neurons, const std::uint32_t* HWY_RESTRICT draws, std::uint32_t remaining, int bit,
               std::int64_t threshold) {
    const hn::ScalableTag<std::uint64_t> d;
    const hn::Rebind<std::int64_t, decltype(d)> d_signed;
    const hn::Rebind<std::uint32_t, decltype(d)> d32;
    std::int64_t* HWY_RESTRICT const potential = neurons.potential.data();
    std::uint64_t* HWY_RESTRICT const fired = neurons.fired.data();
    const auto taken = hn::Set(d_signed, threshold);
    const auto mark = hn::Set(d, std::uint64_t{1} << bit);
    const auto ticks = hn::Set(d, remaining);
    const std::size_t count = neurons.potential.size();
    std::size_t i = 0;
    for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
        const auto draw = hn::PromoteTo(d, hn::LoadU(d32, draws + i));
#if HWY_TARGET == HWY_SCALAR
        const auto product = hn::Mul(draw, ticks);
#else
        const hn::Repartition<std::uint32_t, decltype(d)> both;
        const auto product = hn::MulEven(hn::BitCast(both, draw), hn::BitCast(both, ticks));
#endif
        const auto v = hn::LoadU(d_signed, potential + i);
        const auto fires = hn::Lt(hn::BitCast(d_signed, product), v);
        hn::StoreU(hn::Sub(v, hn::IfThenElseZero(fires, taken)), d_signed, potential + i);
        // Spikes are kept as one bit a tick: a store of the same size for every lane, whoever fires, where a list would
        // need a branch for each.
        const auto own = hn::IfThenElseZero(hn::RebindMask(d, fires), mark);
        hn::StoreU(hn::Or(hn::LoadU(d, fired + i), own), d, fired + i);
    }
    for (; i < count; ++i) {
        const bool fires = static_cast<std::int64_t>(std::uint64_t{draws[i]} * remaining) < potential[i];
        potential[i] -= fires ? threshold : 0;
        fired[i] |= static_cast<std::uint64_t>(fires) << bit;
    }
}

}  // namespace syncopate::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace syncopate {

HWY_EXPORT(fire_tick);

namespace {

/// Requires: `v_threshold` is a power of two.
class TwoPhaseFiring final : public WindowFiring {
public:
    TwoPhaseFiring(Charge v_threshold, TwoPhaseRule rule)
        : v_threshold_(v_threshold),
          rule_(rule),
          shift_(32 - std::countr_zero(static_cast<std::uint64_t>(v_threshold))) {}

    Charge taken() const override { return rule_ == TwoPhaseRule::memoryless ? 0 : v_threshold_; }

    void fire(std::span<Charge> potential, const RowSite& site, std::span<std::int32_t> counts,
              RowTrains* trains) const override {
        if (rule_ == TwoPhaseRule::deterministic) {
            fire_rounded(potential, site.duration, counts, trains);
        } else {
            fire_drawn(potential, site, counts, trains);
        }
    }

private:
    void fire_rounded(std::span<Charge> potential, Tick duration, std::span<std::int32_t> counts,
                      RowTrains* trains) const {
        if (trains != nullptr) trains->clear();
        const Charge threshold = v_threshold_;
        for (std::size_t i = 0; i < potential.size(); ++i) {
            // The threshold is a power of two, so the shift is a division that rounds down, for negative potentials
            // too; with half a threshold added, ties go up.
            const Charge rounded = (potential[i] + threshold / 2) >> (32 - shift_);
            const auto count = static_cast<std::int32_t>(std::clamp<Charge>(rounded, 0, duration));
            potential[i] -= count * threshold;
            counts[i] += count;
            if (trains == nullptr) continue;
            for (Tick tick = 0; tick < count; ++tick) trains->ticks.push_back(tick);
            trains->close_position();
        }
    }

    /// Only neurons above 0 can fire; they are gathered, advanced together, and put back. What a potential has beyond T
    /// thresholds takes no part: the neuron fires at every tick, and 64 bits hold T · 2^32 but not every potential.
    void fire_drawn(std::span<Charge> potential, const RowSite& site, std::span<std::int32_t> counts,
                    RowTrains* trains) const {
        std::vector<std::uint32_t> positions;
        FiringNeurons neurons;
        // Gathered, because below 0 lie a good part of the neurons of a layer after a ReLU, and those need neither
        // draws nor comparisons.
        for (auto* const list : {&positions, &neurons.neuron}) list->reserve(potential.size());
        neurons.potential.reserve(potential.size());
        const Charge most = site.duration * v_threshold_;
        for (std::size_t i = 0; i < potential.size(); ++i) {
            if (potential[i] <= 0) continue;
            positions.push_back(static_cast<std::uint32_t>(i));
            neurons.potential.push_back(in_steps(std::min(potential[i], most)));
            neurons.neuron.push_back(site.neuron(i));
        }
        neurons.words.resize(4 * positions.size());
        std::vector<std::vector<Tick>> ticks_of(trains == nullptr ? 0 : positions.size());
        for (Tick begin = 0; begin < site.duration; begin += 64) {
            fire_ticks(neurons, site, {begin, std::min(begin + 64, site.duration)});
            if (trains == nullptr && rule_ == TwoPhaseRule::stochastic) continue;
            for (std::size_t k = 0; k < positions.size(); ++k) {
                if (rule_ == TwoPhaseRule::memoryless) counts[positions[k]] += std::popcount(neurons.fired[k]);
                if (trains == nullptr) continue;
                for (std::uint64_t bits = neurons.fired[k]; bits != 0; bits &= bits - 1)
                    ticks_of[k].push_back(begin + std::countr_zero(bits));
            }
        }
        for (std::size_t k = 0; k < positions.size(); ++k) {
            Charge& v = potential[positions[k]];
            const Charge spikes = (in_steps(std::min(v, most)) - neurons.potential[k]) >> 32;  // memoryless takes none
            counts[positions[k]] += static_cast<std::int32_t>(spikes);
            v -= spikes * v_threshold_;
        }
        if (trains != nullptr) fill(*trains, potential.size(), positions, ticks_of);
    }

    /// Charge in steps of 2^-32 thresholds. Whole numbers are compared with it by "less than", for which the next whole
    /// step upwards is as good as what lies between (wide populations have more than 32 fraction bits).
    Charge in_steps(Charge charge) const { return shift_ >= 0 ? charge << shift_ : -(-charge >> -shift_); }

    /// At most 64 ticks, from a multiple of 4 on.
    void fire_ticks(FiringNeurons& neurons, const RowSite& site, TickRange ticks) const {
        neurons.fired.assign(neurons.potential.size(), 0);
        const bool takes = rule_ == TwoPhaseRule::stochastic;
        DrawSite draws{.seed = site.key.seed,
                       .sample = site.key.sample,
                       .population = site.population,
                       .purpose = Purpose::firing};
        for (Tick tick = ticks.begin; tick < ticks.end; ++tick) {
            draws.tick = static_cast<std::uint32_t>(tick / 4);
            if (tick % 4 == 0) draw_blocks(draws, neurons.neuron, neurons.words);
            HWY_DYNAMIC_DISPATCH(fire_tick)
            (neurons, neurons.words.data() + to_size(tick % 4) * neurons.neuron.size(),
             static_cast<std::uint32_t>(takes ? site.duration - tick : site.duration), tick - ticks.begin,
             takes ? std::int64_t{1} << 32 : 0);
        }
    }

    static void fill(RowTrains& trains, std::size_t row_size, std::span<const std::uint32_t> positions,
                     std::span<const std::vector<Tick>> ticks_of) {
        trains.clear();
        std::size_t k = 0;
        for (std::size_t i = 0; i < row_size; ++i) {
            if (k < positions.size() && positions[k] == i) {
                trains.ticks.insert(trains.ticks.end(), ticks_of[k].begin(), ticks_of[k].end());
                ++k;
            }
            trains.close_position();
        }
    }

    Charge v_threshold_;
    TwoPhaseRule rule_;
    int shift_;  // from charge to steps of 2^-32 thresholds
};

constexpr std::array<std::string_view, 3> rule_names = {"stochastic", "memoryless", "deterministic"};

constexpr ParameterInfo rule_info = {
    .name = "rule",
    .unit = {},
    .help =
        "Spikes of the second window: with probability v / remaining ticks; with v / T at every tick; or round(v) "
        "spikes as early as possible (v in thresholds)",
    .is_required = true};

template <TwoPhaseRule rule>
NeuronModel with_rule() {
    return TwoPhase{.rule = rule};
}

constexpr ModelChoice choices[] = {{"tpp",
                                    {"v_init"},
                                    "Accumulates a window, and spikes in the next with probability v / remaining ticks",
                                    with_rule<TwoPhaseRule::stochastic>},
                                   {"memoryless",
                                    {"v_init"},
                                    "Accumulates a window, and spikes at every tick of the next with probability v / T",
                                    with_rule<TwoPhaseRule::memoryless>},
                                   {"accumulate",
                                    {"v_init"},
                                    "Accumulates a window, and sends round(v) spikes at the first ticks of the next",
                                    with_rule<TwoPhaseRule::deterministic>}};

}  // namespace

const ModelInfo& TwoPhase::info() {
    static constexpr ModelInfo info = {
        .name = "two_phase",
        .role = PopulationRole::neurons,
        .sentence = "Accumulates a window without firing and spikes in the next one, by its rule",
        .equation =
            "v ← v + current for a window; then P(spike at t) = v / (v_threshold · (T − t + 1)), v ← v − "
            "v_threshold after a spike",
        .source = "Bojkovic, Wu and Gu 2025, ICML, arXiv 2502.14487",
        .holds_window = true,
        .choices = choices};
    return info;
}

void TwoPhase::visit(ParameterVisitor& visitor) {
    visitor.numbers(v_threshold_info, v_threshold);
    visitor.number(v_init_info, v_init);
    auto chosen = to_size(rule);
    visitor.choice(rule_info, rule_names, chosen);
    rule = static_cast<TwoPhaseRule>(chosen);
}

void TwoPhase::compile(CompiledPopulation& population) const {
    const Charge threshold = Charge{1} << population.fraction_bits;
    population.v_init = to_charge(v_init, population.fraction_bits);
    population.model.numbers = {{"v_threshold", threshold}};
    population.model.rule = rule_names[to_size(rule)];
    population.balance = {
        .v_threshold = threshold, .keeps_sent = rule == TwoPhaseRule::memoryless, .rounding = threshold / 2};
    population.dynamics = make_integration();  // the first phase only integrates
    population.second_phase = std::make_unique<TwoPhaseFiring>(threshold, rule);
}

NeuronModel two_phase_model() { return TwoPhase{}; }

}  // namespace syncopate
#endif
