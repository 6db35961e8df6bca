#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "neurons/models/integrate_and_fire.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "neurons/models/integrate_and_fire.hpp"

#include "neurons/models/thresholds.hpp"

#include <algorithm>

#ifndef SYNCOPATE_INTEGRATE_AND_FIRE_CHARGE
#define SYNCOPATE_INTEGRATE_AND_FIRE_CHARGE
namespace syncopate {

/// Threshold and reset in fixed point.
struct FiringCharge {
    Charge v_threshold = 0;
    std::optional<Charge> v_reset = {};  // none: reset by subtraction
};

}  // namespace syncopate
#endif

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
std::uint64_t advance_word(Charge* HWY_RESTRICT potential, const Current* HWY_RESTRICT current, std::size_t count,
                           const FiringCharge& parameters) {
    const hn::ScalableTag<std::int64_t> d64;
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
        std::uint8_t bits[8] = {};
        hn::StoreMaskBits(d64, fires, bits);
        fired |= static_cast<std::uint64_t>(bits[0]) << i;
    }
    for (; i < count; ++i) {
        const Charge v = potential[i] + current[i];
        const bool fires = v >= parameters.v_threshold;
        const Charge after = soft_reset ? v - parameters.v_threshold : parameters.v_reset.value_or(0);
        potential[i] = fires ? after : v;
        fired |= static_cast<std::uint64_t>(fires) << i;
    }
    return fired;
}

template <bool soft_reset, class Current>
void advance_all(std::span<Charge> potential, std::span<const Current> current, std::span<std::uint64_t> fired,
                 const FiringCharge& parameters) {
    for (std::size_t begin = 0, word = 0; begin < potential.size(); begin += 64, ++word) {
        const std::size_t count = std::min<std::size_t>(64, potential.size() - begin);
        fired[word] = advance_word<soft_reset>(potential.data() + begin, current.data() + begin, count, parameters);
    }
}

void advance_soft(std::span<Charge> potential, std::span<const std::int32_t> current, std::span<std::uint64_t> fired,
                  const FiringCharge& parameters) {
    advance_all<true>(potential, current, fired, parameters);
}

void advance_hard(std::span<Charge> potential, std::span<const std::int32_t> current, std::span<std::uint64_t> fired,
                  const FiringCharge& parameters) {
    advance_all<false>(potential, current, fired, parameters);
}

void advance_wide_soft(std::span<Charge> potential, std::span<const Charge> current, std::span<std::uint64_t> fired,
                       const FiringCharge& parameters) {
    advance_all<true>(potential, current, fired, parameters);
}

void advance_wide_hard(std::span<Charge> potential, std::span<const Charge> current, std::span<std::uint64_t> fired,
                       const FiringCharge& parameters) {
    advance_all<false>(potential, current, fired, parameters);
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
    explicit IntegrateAndFireDynamics(const FiringCharge& parameters) : parameters_(parameters) {}
    bool fires() const override { return true; }
    void advance(std::span<Charge> potential, std::span<const std::int32_t> current,
                 std::span<std::uint64_t> fired) const override {
        if (parameters_.v_reset) {
            HWY_DYNAMIC_DISPATCH(advance_hard)(potential, current, fired, parameters_);
        } else {
            HWY_DYNAMIC_DISPATCH(advance_soft)(potential, current, fired, parameters_);
        }
    }
    void advance(std::span<Charge> potential, std::span<const Charge> current,
                 std::span<std::uint64_t> fired) const override {
        if (parameters_.v_reset) {
            HWY_DYNAMIC_DISPATCH(advance_wide_hard)(potential, current, fired, parameters_);
        } else {
            HWY_DYNAMIC_DISPATCH(advance_wide_soft)(potential, current, fired, parameters_);
        }
    }

private:
    FiringCharge parameters_;
};

constexpr ParameterInfo v_reset_info = {.name = "v_reset",
                                        .unit = "thresholds",
                                        .help = "Membrane potential after a spike; null: reset by subtraction",
                                        .least = -64.0,
                                        .most = 64.0};

constexpr ModelChoice choices[] = {{"if", {"v_init"}, [] { return NeuronModel(IntegrateAndFire{}); }}};

}  // namespace

const ModelInfo& IntegrateAndFire::info() {
    static constexpr ModelInfo info = {
        .name = "integrate_and_fire",
        .role = PopulationRole::neurons,
        .sentence =
            "Every tick v += current + bias; a spike if v >= v_threshold; then v -= v_threshold, or v = v_reset",
        .equation = "v ← v + current; spike if v ≥ v_threshold; v ← v − v_threshold, or v_reset",
        .source = "Rueckauer et al. 2017, Frontiers in Neuroscience 11:682",
        .choices = choices};
    return info;
}

void IntegrateAndFire::visit(ParameterVisitor& visitor) {
    visitor.numbers(v_threshold_info, v_threshold);
    visitor.number(v_init_info, v_init);
    visitor.number(v_reset_info, v_reset);
}

void IntegrateAndFire::compile(CompiledPopulation& population) const {
    FiringCharge charge{Charge{1} << population.fraction_bits, std::nullopt};
    if (v_reset) charge.v_reset = to_charge(*v_reset, population.fraction_bits);
    population.v_init = to_charge(v_init, population.fraction_bits);
    population.model.numbers = {{"v_threshold", charge.v_threshold}};
    if (charge.v_reset) population.model.numbers.emplace("v_reset", *charge.v_reset);
    if (!charge.v_reset) population.balance = ChargeBalance{.v_threshold = charge.v_threshold};
    population.dynamics = std::make_unique<IntegrateAndFireDynamics>(charge);
}

NeuronModel integrate_and_fire_model() { return IntegrateAndFire{}; }

}  // namespace syncopate
#endif
