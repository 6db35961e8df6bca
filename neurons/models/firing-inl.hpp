// The update that models have in common whose neurons fire tick by tick, for one instruction set. Included once for
// each, hence the guard that toggles.
#if defined(SYNCOPATE_NEURONS_FIRING_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SYNCOPATE_NEURONS_FIRING_INL
#undef SYNCOPATE_NEURONS_FIRING_INL
#else
#define SYNCOPATE_NEURONS_FIRING_INL
#endif

#include "neurons/models/firing_charge.hpp"

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

HWY_BEFORE_NAMESPACE();
namespace syncopate::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class D64>
HWY_INLINE auto load_charge(D64 d64, const std::int32_t* HWY_RESTRICT current) {
    return hn::PromoteTo(d64, hn::LoadU(hn::Rebind<std::int32_t, D64>(), current));
}
template <class D64>
HWY_INLINE auto load_charge(D64 d64, const Charge* HWY_RESTRICT current) {
    return hn::LoadU(d64, current);
}

/// Up to 64 neurons; returns which of them fired. `kept`: what a tick leaves of a potential before its current is
/// added, of a vector and of a number.
template <bool soft_reset, class Current, class Kept>
std::uint64_t advance_word(Charge* HWY_RESTRICT potential, const Current* HWY_RESTRICT current, std::size_t count,
                           const FiringCharge& charge, const Kept& kept) {
    const hn::ScalableTag<std::int64_t> d64;
    const std::size_t lanes = hn::Lanes(d64);
    const auto threshold = hn::Set(d64, charge.v_threshold);
    const auto below = hn::Set(d64, charge.v_threshold - 1);
    const auto reset = hn::Set(d64, charge.v_reset.value_or(0));
    std::uint64_t fired = 0;
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        const auto v = hn::Add(kept(d64, hn::LoadU(d64, potential + i)), load_charge(d64, current + i));
        const auto fires = hn::Gt(v, below);
        if constexpr (soft_reset) {
            hn::StoreU(hn::Sub(v, hn::IfThenElseZero(fires, threshold)), d64, potential + i);
        } else {
            hn::StoreU(hn::IfThenElse(fires, reset, v), d64, potential + i);
        }
        std::uint8_t bits[8] = {};
        hn::StoreMaskBits(d64, fires, bits);
        fired |= static_cast<std::uint64_t>(bits[0]) << i;
    }
    for (; i < count; ++i) {
        const Charge v = kept(potential[i]) + current[i];
        const bool fires = v >= charge.v_threshold;
        const Charge after = soft_reset ? v - charge.v_threshold : charge.v_reset.value_or(0);
        potential[i] = fires ? after : v;
        fired |= static_cast<std::uint64_t>(fires) << i;
    }
    return fired;
}

template <class Current, class Kept>
void advance_firing(std::span<Charge> potential, std::span<const Current> current, std::span<std::uint64_t> fired,
                    const FiringCharge& charge, const Kept& kept) {
    for (std::size_t begin = 0, word = 0; begin < potential.size(); begin += 64, ++word) {
        const std::size_t count = std::min<std::size_t>(64, potential.size() - begin);
        Charge* const v = potential.data() + begin;
        fired[word] = charge.v_reset ? advance_word<false>(v, current.data() + begin, count, charge, kept)
                                     : advance_word<true>(v, current.data() + begin, count, charge, kept);
    }
}

}  // namespace syncopate::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
