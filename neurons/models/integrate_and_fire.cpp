#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "neurons/models/integrate_and_fire.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "neurons/models/integrate_and_fire.hpp"

#include "neurons/models/firing-inl.hpp"
#include "neurons/models/thresholds.hpp"

HWY_BEFORE_NAMESPACE();
namespace syncopate::HWY_NAMESPACE {

/// Nothing leaks.
struct AllKept {
    template <class D, class V>
    HWY_INLINE V operator()(D, V v) const {
        return v;
    }
    Charge operator()(Charge v) const { return v; }
};

void advance_narrow(std::span<Charge> potential, std::span<const std::int32_t> current, std::span<std::uint64_t> fired,
                    const FiringCharge& charge) {
    advance_firing(potential, current, fired, charge, AllKept());
}

void advance_wide(std::span<Charge> potential, std::span<const Charge> current, std::span<std::uint64_t> fired,
                  const FiringCharge& charge) {
    advance_firing(potential, current, fired, charge, AllKept());
}

}  // namespace syncopate::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace syncopate {

HWY_EXPORT(advance_narrow);
HWY_EXPORT(advance_wide);

namespace {

class IntegrateAndFireDynamics final : public NeuronDynamics {
public:
    explicit IntegrateAndFireDynamics(const FiringCharge& charge) : charge_(charge) {}
    bool fires() const override { return true; }
    void advance(std::span<Charge> potential, std::span<const std::int32_t> current,
                 std::span<std::uint64_t> fired) const override {
        HWY_DYNAMIC_DISPATCH(advance_narrow)(potential, current, fired, charge_);
    }
    void advance(std::span<Charge> potential, std::span<const Charge> current,
                 std::span<std::uint64_t> fired) const override {
        HWY_DYNAMIC_DISPATCH(advance_wide)(potential, current, fired, charge_);
    }

private:
    FiringCharge charge_;
};

constexpr ModelChoice choices[] = {
    {"if", {"v_init"}, "Spikes at the tick at which the membrane potential reaches the threshold", [] {
         return NeuronModel(IntegrateAndFire{});
     }}};

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
    const FiringCharge charge = make_firing_charge(v_reset, population);
    population.v_init = to_charge(v_init, population.fraction_bits);
    if (!charge.v_reset) population.balance = ChargeBalance{.v_threshold = charge.v_threshold};
    population.dynamics = std::make_unique<IntegrateAndFireDynamics>(charge);
}

NeuronModel integrate_and_fire_model() { return IntegrateAndFire{}; }

}  // namespace syncopate
#endif
