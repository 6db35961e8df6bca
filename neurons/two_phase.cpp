#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "neurons/two_phase.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "neurons/two_phase.hpp"

#include "core/random.hpp"

#include <algorithm>
#include <bit>
#include <vector>

#ifndef SYNCOPATE_TWO_PHASE_FIRING
#define SYNCOPATE_TWO_PHASE_FIRING
namespace syncopate {

/// Neurons of a row that may fire, padded to whole vectors with silent ones.
struct FiringNeurons {
    std::vector<std::int64_t> potential;  // in steps of 2^-32 thresholds
    std::vector<std::uint64_t> neuron;    // flat C·H·W
    std::vector<std::uint64_t> fired;     // bit t: at tick t of the block of 64 ticks
};

/// Up to 64 ticks, from a multiple of 4 on.
struct FiringBlock {
    DrawKey key;
    std::uint32_t population = 0;
    Tick duration = 1;  // T
    TickRange ticks;
};

}  // namespace syncopate
#endif

HWY_BEFORE_NAMESPACE();
namespace syncopate::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using U64 = hn::ScalableTag<std::uint64_t>;
using Words = hn::Vec<U64>;

/// The 64-bit product of two numbers below 2^32 in every lane.
HWY_INLINE Words product_of(Words a, Words b) {
#if HWY_TARGET == HWY_SCALAR
    return hn::Mul(a, b);
#else
    const hn::Repartition<std::uint32_t, U64> d32;
    return hn::MulEven(hn::BitCast(d32, a), hn::BitCast(d32, b));
#endif
}

/// Philox 4×32-10 (Salmon et al. 2011) for one neuron a lane, as core/random.hpp defines it: the four words of a block.
struct DrawBlock {
    Words word[4];
};

HWY_INLINE DrawBlock draw_blocks(Words neuron, const FiringBlock& block, std::uint32_t index) {
    const U64 d;
    const auto low = hn::Set(d, 0xffffffffu);
    const auto first_factor = hn::Set(d, 0xD2511F53u);
    const auto second_factor = hn::Set(d, 0xCD9E8D57u);
    auto key0 = static_cast<std::uint32_t>(block.key.seed);
    auto key1 = static_cast<std::uint32_t>(block.key.seed >> 32);
    auto x0 = hn::Set(d, block.key.sample);
    auto x1 = hn::Set(d, block.population);
    auto x2 = neuron;
    auto x3 = hn::Set(d, index | static_cast<std::uint32_t>(Purpose::firing) << 24);
    for (int round = 0; round < 10; ++round) {
        const auto product0 = product_of(x0, first_factor);
        const auto product1 = product_of(x2, second_factor);
        x0 = hn::Xor(hn::Xor(hn::ShiftRight<32>(product1), x1), hn::Set(d, key0));
        x2 = hn::Xor(hn::Xor(hn::ShiftRight<32>(product0), x3), hn::Set(d, key1));
        x1 = hn::And(product1, low);
        x3 = hn::And(product0, low);
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    return {{x0, x1, x2, x3}};
}

/// Fires all neurons over the ticks of a block. `takes`: a spike takes its threshold, and the remaining ticks count.
template <bool takes>
void fire_block(FiringNeurons& neurons, const FiringBlock& block) {
    const U64 d;
    const hn::Rebind<std::int64_t, U64> d_signed;
    const auto threshold = hn::Set(d_signed, std::int64_t{1} << 32);
    for (std::size_t i = 0; i < neurons.potential.size(); i += hn::Lanes(d)) {
        auto v = hn::LoadU(d_signed, neurons.potential.data() + i);
        const auto neuron = hn::LoadU(d, neurons.neuron.data() + i);
        auto fired = hn::Zero(d);
        for (Tick first = block.ticks.begin; first < block.ticks.end; first += 4) {
            const DrawBlock draws = draw_blocks(neuron, block, static_cast<std::uint32_t>(first / 4));
            const Tick end = std::min(first + 4, block.ticks.end);
            for (Tick tick = first; tick < end; ++tick) {
                const auto remaining = static_cast<std::uint64_t>(takes ? block.duration - tick : block.duration);
                const auto product = product_of(draws.word[tick - first], hn::Set(d, remaining));
                const auto fires = hn::Lt(hn::BitCast(d_signed, product), v);
                if constexpr (takes) v = hn::Sub(v, hn::IfThenElseZero(fires, threshold));
                const auto bit = hn::Set(d, std::uint64_t{1} << (tick - block.ticks.begin));
                fired = hn::Or(fired, hn::IfThenElseZero(hn::RebindMask(d, fires), bit));
            }
        }
        hn::StoreU(v, d_signed, neurons.potential.data() + i);
        hn::StoreU(fired, d, neurons.fired.data() + i);
    }
}

void fire_stochastic(FiringNeurons& neurons, const FiringBlock& block) { fire_block<true>(neurons, block); }
void fire_memoryless(FiringNeurons& neurons, const FiringBlock& block) { fire_block<false>(neurons, block); }
std::size_t vector_lanes() { return hn::Lanes(U64()); }

}  // namespace syncopate::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace syncopate {

HWY_EXPORT(fire_stochastic);
HWY_EXPORT(fire_memoryless);
HWY_EXPORT(vector_lanes);

namespace {

class TwoPhaseFiring final : public WindowFiring {
public:
    explicit TwoPhaseFiring(const TwoPhaseParameters& parameters)
        : parameters_(parameters), shift_(32 - std::countr_zero(static_cast<std::uint64_t>(parameters.v_threshold))) {}

    void fire(std::span<Charge> potential, const RowSite& site, std::span<std::int32_t> counts,
              RowTrains* trains) const override {
        if (parameters_.rule == TwoPhaseRule::deterministic) {
            fire_rounded(potential, site.duration, counts, trains);
        } else {
            fire_drawn(potential, site, counts, trains);
        }
    }

private:
    void fire_rounded(std::span<Charge> potential, Tick duration, std::span<std::int32_t> counts,
                      RowTrains* trains) const {
        if (trains != nullptr) trains->clear();
        const Charge threshold = parameters_.v_threshold;
        for (std::size_t i = 0; i < potential.size(); ++i) {
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
        const std::size_t room = potential.size() + HWY_DYNAMIC_DISPATCH(vector_lanes)();
        positions.reserve(room);
        neurons.potential.reserve(room);
        neurons.neuron.reserve(room);
        const Charge most = site.duration * parameters_.v_threshold;
        for (std::size_t i = 0; i < potential.size(); ++i) {
            if (potential[i] <= 0) continue;
            positions.push_back(static_cast<std::uint32_t>(i));
            neurons.potential.push_back(std::min(potential[i], most) << shift_);
            neurons.neuron.push_back(site.neuron(i));
        }
        const std::size_t lanes = HWY_DYNAMIC_DISPATCH(vector_lanes)();
        const std::size_t padded = (positions.size() + lanes - 1) / lanes * lanes;
        neurons.potential.resize(padded, 0);
        neurons.neuron.resize(padded, 0);
        neurons.fired.resize(padded, 0);
        std::vector<std::vector<Tick>> ticks_of(trains == nullptr ? 0 : positions.size());
        FiringBlock block{site.key, site.population, site.duration, {}};
        for (Tick begin = 0; begin < site.duration; begin += 64) {
            block.ticks = {begin, std::min(begin + 64, site.duration)};
            if (parameters_.rule == TwoPhaseRule::stochastic) {
                HWY_DYNAMIC_DISPATCH(fire_stochastic)(neurons, block);
            } else {
                HWY_DYNAMIC_DISPATCH(fire_memoryless)(neurons, block);
            }
            if (trains == nullptr && parameters_.rule == TwoPhaseRule::stochastic) continue;
            for (std::size_t k = 0; k < positions.size(); ++k) {
                if (parameters_.rule == TwoPhaseRule::memoryless)
                    counts[positions[k]] += std::popcount(neurons.fired[k]);
                if (trains == nullptr) continue;
                for (std::uint64_t bits = neurons.fired[k]; bits != 0; bits &= bits - 1)
                    ticks_of[k].push_back(begin + std::countr_zero(bits));
            }
        }
        for (std::size_t k = 0; k < positions.size(); ++k) {
            Charge& v = potential[positions[k]];
            const Charge taken = std::min(v, most) - (neurons.potential[k] >> shift_);
            counts[positions[k]] += static_cast<std::int32_t>(taken >> (32 - shift_));  // memoryless takes nothing
            v -= taken;
        }
        if (trains != nullptr) fill(*trains, potential.size(), positions, ticks_of);
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

    TwoPhaseParameters parameters_;
    int shift_;  // from charge to steps of 2^-32 thresholds
};

}  // namespace

std::unique_ptr<const WindowFiring> make_two_phase_firing(const TwoPhaseParameters& parameters) {
    return std::make_unique<TwoPhaseFiring>(parameters);
}

}  // namespace syncopate
#endif
