#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "neurons/models/leaky_integrate_and_fire.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "neurons/models/leaky_integrate_and_fire.hpp"

#include "neurons/models/firing-inl.hpp"
#include "neurons/models/thresholds.hpp"

#ifndef SYNCOPATE_LAMBDA_BITS
#define SYNCOPATE_LAMBDA_BITS
namespace syncopate {
constexpr int lambda_bits = 24;
}
#endif

HWY_BEFORE_NAMESPACE();
namespace syncopate::HWY_NAMESPACE {

/// λ·v, rounded. The product of a potential (64 bits) and λ does not fit into 64, so the potential is split into the
/// part above 2^24, whose product is whole, and the part below, whose product is rounded.
struct LeakyKept {
    Charge lambda;  // times 2^lambda_bits

    template <class D, class V>
    HWY_INLINE V operator()(D d, V v) const {
        const auto factor = hn::Set(d, lambda);
        const auto low = hn::And(v, hn::Set(d, (Charge{1} << lambda_bits) - 1));
        const auto half = hn::Set(d, Charge{1} << (lambda_bits - 1));
        return hn::Add(hn::Mul(hn::ShiftRight<lambda_bits>(v), factor),
                       hn::ShiftRight<lambda_bits>(hn::Add(hn::Mul(low, factor), half)));
    }
    Charge operator()(Charge v) const {
        const Charge low = v & ((Charge{1} << lambda_bits) - 1);
        return (v >> lambda_bits) * lambda + divide_rounded(low * lambda, lambda_bits);
    }
};

void advance_narrow(std::span<Charge> potential, std::span<const std::int32_t> current, std::span<std::uint64_t> fired,
                    const FiringCharge& charge, Charge lambda) {
    advance_firing(potential, current, fired, charge, LeakyKept{lambda});
}

void advance_wide(std::span<Charge> potential, std::span<const Charge> current, std::span<std::uint64_t> fired,
                  const FiringCharge& charge, Charge lambda) {
    advance_firing(potential, current, fired, charge, LeakyKept{lambda});
}

}  // namespace syncopate::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace syncopate {

HWY_EXPORT(advance_narrow);
HWY_EXPORT(advance_wide);

namespace {

class LeakyDynamics final : public NeuronDynamics {
public:
    LeakyDynamics(const FiringCharge& charge, Charge lambda) : charge_(charge), lambda_(lambda) {}
    bool fires() const override { return true; }
    void advance(std::span<Charge> potential, std::span<const std::int32_t> current,
                 std::span<std::uint64_t> fired) const override {
        HWY_DYNAMIC_DISPATCH(advance_narrow)(potential, current, fired, charge_, lambda_);
    }
    void advance(std::span<Charge> potential, std::span<const Charge> current,
                 std::span<std::uint64_t> fired) const override {
        HWY_DYNAMIC_DISPATCH(advance_wide)(potential, current, fired, charge_, lambda_);
    }

private:
    FiringCharge charge_;
    Charge lambda_;
};

constexpr ParameterInfo tau_info = {
    .name = "tau", .unit = "ticks", .help = "Time constant of the leak", .least = 1.0, .most = 65536.0};

constexpr ModelChoice choices[] = {
    {"lif", {"tau", "v_init"}, "As if, but the membrane potential decays from tick to tick", [] {
         return NeuronModel(LeakyIntegrateAndFire{});
     }}};

}  // namespace

const ModelInfo& LeakyIntegrateAndFire::info() {
    static constexpr ModelInfo info = {
        .name = "leaky_integrate_and_fire",
        .role = PopulationRole::neurons,
        .sentence =
            "Every tick v = (1 - 1 / tau) v + current + bias; a spike if v >= v_threshold; then v -= "
            "v_threshold, or v = v_reset",
        .equation = "v ← (1 − 1/τ)·v + current; spike if v ≥ v_threshold; v ← v − v_threshold, or v_reset",
        .source = "Gerstner, Kistler, Naud and Paninski 2014, Neuronal Dynamics, section 1.3, by Euler's method",
        .choices = choices};
    return info;
}

void LeakyIntegrateAndFire::visit(ParameterVisitor& visitor) {
    visitor.numbers(v_threshold_info, v_threshold);
    visitor.number(tau_info, tau);
    visitor.number(v_init_info, v_init);
    visitor.number(v_reset_info, v_reset);
}

/// It states no balance of charge: what has leaked is neither sent nor left.
void LeakyIntegrateAndFire::compile(CompiledPopulation& population) const {
    const FiringCharge charge = make_firing_charge(v_reset, population);
    // λ is rounded once, here; with 24 bits a time constant of 65536 ticks, the largest allowed, still differs from no
    // leak by 256 steps.
    const Charge lambda = to_charge(1.0 - 1.0 / tau, lambda_bits);
    population.v_init = to_charge(v_init, population.fraction_bits);
    population.model.numbers.emplace("lambda", lambda);
    population.dynamics = std::make_unique<LeakyDynamics>(charge, lambda);
}

NeuronModel leaky_integrate_and_fire_model() { return LeakyIntegrateAndFire{}; }

}  // namespace syncopate
#endif
