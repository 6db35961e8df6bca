#include "topology/compiler/compile.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "topology/compiler/population_compiler.hpp"
#include "topology/fan_out.hpp"

#include <algorithm>
#include <cstddef>

namespace syncopate {

namespace {

/// All wide populations of a network, in topological order: their bits are chosen together.
class WidePopulations {
public:
    explicit WidePopulations(const LayerGraph& graph) : graph_(graph) {
        std::vector<UsualValues> usual(graph.populations.size());
        // Linear populations send without delay, so each stands before those that read it, which need its usual values;
        // the plan of the bits relies on the same order.
        for (const PopulationIndex p : topological_order(graph)) {
            if (!is_wide(p)) continue;
            PopulationCompiler& compiler = compilers_.emplace_back(graph, p);
            wide_.push_back(compiler.prepare_wide(usual));
            if (population(p).model.role() == PopulationRole::linear) usual[p] = compiler.usual();
        }
        if (!wide_.empty()) choose_format();
    }

    /// Compiles the population if it is wide.
    bool compile_into(CompiledNetwork& network, PopulationIndex p, PopulationCompiler::FanOuts fan_outs) {
        for (std::size_t k = 0; k < wide_.size(); ++k) {
            if (wide_[k].index != p) continue;
            compilers_[k].compile_into(network, &format_, fan_outs);
            return true;
        }
        return false;
    }

private:
    const Population& population(PopulationIndex p) const { return graph_.populations[p]; }

    bool is_wide(PopulationIndex p) const {
        // Neurons that read a linear population are wide as well: a value times a weight has the fraction bits of both,
        // and that is more than a sum of 30 bits holds.
        if (population(p).model.role() == PopulationRole::linear) return true;
        return std::ranges::any_of(graph_.projections, [&](const Projection& projection) {
            return projection.target == p && population(projection.source).model.role() == PopulationRole::linear;
        });
    }

    /// As many bits as sums of a usual size leave room for, and fewer where the largest that spikes can bring need it.
    void choose_format() {
        PopulationIndex refused = wide_.front().index;
        // The plan goes by usual sums, while fits() asks for the largest that spikes can bring. Where these are far
        // apart, all populations give up a bit at a time, because the bits of one are part of the sums of the next. At
        // most 50 plans are made.
        for (double limit = usual_wide_bits; limit >= 1.0; limit -= 1.0) {
            const FractionPlan plan = plan_fractions(wide_, limit);
            format_ = {std::vector<std::int32_t>(graph_.populations.size(), 0),
                       std::vector<std::int32_t>(graph_.populations.size(), 0)};
            for (std::size_t k = 0; k < wide_.size(); ++k) {
                format_.sum_bits[wide_[k].index] = plan.sum_bits[k];
                format_.value_bits[wide_[k].index] = plan.value_bits[k];
            }
            const auto misfit =
                std::ranges::find_if(compilers_, [&](const auto& compiler) { return !compiler.fits(format_); });
            if (misfit == compilers_.end()) return;
            refused = wide_[to_size(misfit - compilers_.begin())].index;
        }
        throw RefusedError("population \"" + population(refused).name +
                           "\": it belongs to a chain of linear operators whose sums fixed point cannot hold; put an "
                           "activation between them, or scale the weights");
    }

    const LayerGraph& graph_;
    std::vector<PopulationCompiler> compilers_;
    std::vector<WidePopulation> wide_;
    WideFormat format_;
};

}  // namespace

CompiledNetwork compile(const LayerGraph& graph, SynapseStore* store) {
    // The compilers take for granted what this establishes: that positions exist, shapes fit together, thresholds are
    // above 0, relays have one source and lie on no cycle, and linear populations send without delay.
    validate(graph);
    CompiledNetwork network;
    network.order = topological_order(graph);
    const std::vector<std::int32_t> phases = window_phases(graph);
    network.populations.resize(graph.populations.size());
    std::vector<std::vector<std::int64_t>> operations = fan_outs(graph);
    WidePopulations wide(graph);
    for (std::size_t p = 0; p < graph.populations.size(); ++p) {
        if (is_input(graph.populations[p].model)) {
            network.input = p;
            network.input_exponent = graph.populations[p].model.input_exponent();
        }
        network.populations[p].phase = phases[p];
        const auto index = static_cast<std::int32_t>(p);
        if (!wide.compile_into(network, index, operations))
            PopulationCompiler(graph, index).compile_into(network, nullptr, operations);
    }
    for (CompiledProjection& projection : network.projections) {
        if (store != nullptr && projection.synapses != nullptr)
            projection.synapses = store->shared(projection.synapses);
    }
    return network;
}

}  // namespace syncopate
