#pragma once

#include "core/pooling.hpp"
#include "neurons/neuron_model.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace syncopate {

/// How the spike train of a maximum is made from spike trains (METHODS.md, Max pooling).
enum class MaxPoolRule : std::uint8_t {
    counts,  // max_i S_i(t) − max_i S_i(t−1)
    gate,    // x_k(t), k = argmax_i S_i(t); of several, who spikes now, then the first
};

inline constexpr std::array<std::string_view, 2> max_pool_rule_names = {"counts", "gate"};

/// Spiking max pooling: for each output a pooling neuron, which counts what each input x_i of its window has sent,
///     S_i(t) = Σ_{τ ≤ t} x_i(τ),
/// and sends, by the rule, what the largest count grows by, or the spikes of the input that leads. It has no membrane
/// potential and no threshold; a spike is worth what those of its inputs are.
struct MaxPool {
    MaxPoolRule rule = MaxPoolRule::counts;
    PoolWindow window = {};

    static const ModelInfo& info();
    void visit(ParameterVisitor& visitor);
    void compile(CompiledPopulation& population) const;
};

}  // namespace syncopate
