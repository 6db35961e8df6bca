#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "neurons/integrate_and_fire.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "neurons/integrate_and_fire.hpp"

#include <algorithm>

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

/// Up to 64 neurons; returns which of them fired.
template <bool soft_reset, class Current>
std::uint64_t advance_word(Charge* HWY_RESTRICT potential, Current* HWY_RESTRICT current,
                           const Current* HWY_RESTRICT bias, std::size_t count,
                           const IntegrateAndFireParameters& parameters) {
    const hn::ScalableTag<std::int64_t> d64;
    const hn::Rebind<Current, decltype(d64)> d_current;
    const std::size_t lanes = hn::Lanes(d64);
    const auto threshold = hn::Set(d64, parameters.v_threshold);
    const auto below = hn::Set(d64, parameters.v_threshold - 1);
    const auto reset = hn::Set(d64, parameters.v_reset.value_or(0));
    std::uint64_t fired = 0;
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        const auto v = hn::Add(hn::LoadU(d64, potential + i), load_charge(d64, current + i));
        const auto fires = hn::Gt(v, below);
        if constexpr (soft_reset) {
            hn::StoreU(hn::Sub(v, hn::IfThenElseZero(fires, threshold)), d64, potential + i);
        } else {
            hn::StoreU(hn::IfThenElse(fires, reset, v), d64, potential + i);
        }
        hn::StoreU(hn::LoadU(d_current, bias + i), d_current, current + i);
        std::uint8_t bits[8] = {};
        hn::StoreMaskBits(d64, fires, bits);
        fired |= static_cast<std::uint64_t>(bits[0]) << i;
    }
    for (; i < count; ++i) {
        const Charge v = potential[i] + current[i];
        const bool fires = v >= parameters.v_threshold;
        const Charge after = soft_reset ? v - parameters.v_threshold : parameters.v_reset.value_or(0);
        potential[i] = fires ? after : v;
        current[i] = bias[i];
        fired |= static_cast<std::uint64_t>(fires) << i;
    }
    return fired;
}

template <bool soft_reset, class Current>
void advance_all(std::span<Charge> potential, std::span<Current> current, std::span<const Current> bias,
                 std::span<std::uint64_t> fired, const IntegrateAndFireParameters& parameters) {
    for (std::size_t begin = 0, word = 0; begin < potential.size(); begin += 64, ++word) {
        const std::size_t count = std::min<std::size_t>(64, potential.size() - begin);
        fired[word] = advance_word<soft_reset>(potential.data() + begin, current.data() + begin, bias.data() + begin,
                                               count, parameters);
    }
}

void advance_soft(std::span<Charge> potential, std::span<std::int32_t> current, std::span<const std::int32_t> bias,
                  std::span<std::uint64_t> fired, const IntegrateAndFireParameters& parameters) {
    advance_all<true>(potential, current, bias, fired, parameters);
}

void advance_hard(std::span<Charge> potential, std::span<std::int32_t> current, std::span<const std::int32_t> bias,
                  std::span<std::uint64_t> fired, const IntegrateAndFireParameters& parameters) {
    advance_all<false>(potential, current, bias, fired, parameters);
}

void advance_wide_soft(std::span<Charge> potential, std::span<Charge> current, std::span<const Charge> bias,
                       std::span<std::uint64_t> fired, const IntegrateAndFireParameters& parameters) {
    advance_all<true>(potential, current, bias, fired, parameters);
}

void advance_wide_hard(std::span<Charge> potential, std::span<Charge> current, std::span<const Charge> bias,
                       std::span<std::uint64_t> fired, const IntegrateAndFireParameters& parameters) {
    advance_all<false>(potential, current, bias, fired, parameters);
}

}  // namespace syncopate::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace syncopate {

HWY_EXPORT(advance_soft);
HWY_EXPORT(advance_hard);
HWY_EXPORT(advance_wide_soft);
HWY_EXPORT(advance_wide_hard);

namespace {

class IntegrateAndFireDynamics final : public NeuronDynamics {
public:
    explicit IntegrateAndFireDynamics(const IntegrateAndFireParameters& parameters) : parameters_(parameters) {}
    bool fires() const override { return true; }
    void advance(std::span<Charge> potential, std::span<std::int32_t> current, std::span<const std::int32_t> bias,
                 std::span<std::uint64_t> fired) const override {
        if (parameters_.v_reset) {
            HWY_DYNAMIC_DISPATCH(advance_hard)(potential, current, bias, fired, parameters_);
        } else {
            HWY_DYNAMIC_DISPATCH(advance_soft)(potential, current, bias, fired, parameters_);
        }
    }
    void advance(std::span<Charge> potential, std::span<Charge> current, std::span<const Charge> bias,
                 std::span<std::uint64_t> fired) const override {
        if (parameters_.v_reset) {
            HWY_DYNAMIC_DISPATCH(advance_wide_hard)(potential, current, bias, fired, parameters_);
        } else {
            HWY_DYNAMIC_DISPATCH(advance_wide_soft)(potential, current, bias, fired, parameters_);
        }
    }

private:
    IntegrateAndFireParameters parameters_;
};

}  // namespace

std::unique_ptr<const NeuronDynamics> make_integrate_and_fire(const IntegrateAndFireParameters& parameters) {
    return std::make_unique<IntegrateAndFireDynamics>(parameters);
}

}  // namespace syncopate
#endif
