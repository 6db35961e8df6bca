#include "topology/compiler/compile.hpp"

#include "core/error.hpp"
#include "topology/compiler/population_compiler.hpp"
#include "topology/fan_out.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

namespace syncopate {

namespace {

/// All wide populations of a network, in topological order: their bits are chosen together.
class WidePopulations {
public:
    explicit WidePopulations(const LayerGraph& graph) : graph_(graph), bounds_(graph.populations.size()) {
        for (const std::int32_t p : topological_order(graph)) {
            if (!takes_values(p)) continue;
            PopulationCompiler& compiler = compilers_.emplace_back(graph, p, bounds_);
            if (std::holds_alternative<Linear>(population(p).model))
                bounds_[static_cast<std::size_t>(p)] = compiler.value_bounds();
            wide_.push_back(compiler.prepare_wide());
        }
        if (!wide_.empty()) choose_format();
    }

    /// Compiles the population if it is wide.
    bool compile_into(CompiledNetwork& network, std::int32_t p, PopulationCompiler::FanOuts fan_outs) {
        for (std::size_t k = 0; k < wide_.size(); ++k) {
            if (wide_[k].index != p) continue;
            compilers_[k].compile_into(network, &format_, fan_outs);
            return true;
        }
        return false;
    }

private:
    const Population& population(std::int32_t p) const { return graph_.populations[static_cast<std::size_t>(p)]; }

    bool takes_values(std::int32_t p) const {
        if (std::holds_alternative<Linear>(population(p).model)) return true;
        return std::ranges::any_of(graph_.projections, [&](const Projection& projection) {
            return projection.target == p && std::holds_alternative<Linear>(population(projection.source).model);
        });
    }

    /// As many bits as rounding leaves room for: what it adds to the sums is known only once they are chosen.
    void choose_format() {
        for (double limit = std::log2(static_cast<double>(max_wide_current)); limit >= 1.0; limit -= 0.25) {
            const auto bits = plan_fractions(wide_, limit);
            if (!bits) break;
            format_ = {std::vector<std::int32_t>(graph_.populations.size(), 0),
                       std::vector<double>(graph_.populations.size(), 0.0)};
            for (std::size_t k = 0; k < wide_.size(); ++k)
                format_.fraction_bits[static_cast<std::size_t>(wide_[k].index)] = (*bits)[k];
            bool fits = true;
            for (std::size_t k = 0; k < wide_.size(); ++k) {
                format_.error[static_cast<std::size_t>(wide_[k].index)] = compilers_[k].rounding_error(format_);
                fits = fits && compilers_[k].fits(format_);
            }
            if (fits) return;
        }
        throw RefusedError("population \"" + population(wide_.front().index).name +
                           "\": it belongs to a chain of linear operators whose sums fixed point cannot hold; put an "
                           "activation between them, or scale the weights");
    }

    const LayerGraph& graph_;
    std::vector<std::vector<double>> bounds_;
    std::vector<PopulationCompiler> compilers_;
    std::vector<WidePopulation> wide_;
    WideFormat format_;
};

}  // namespace

CompiledNetwork compile(const LayerGraph& graph) {
    validate(graph);
    CompiledNetwork network;
    network.order = topological_order(graph);
    const std::vector<std::int32_t> phases = window_phases(graph);
    network.populations.resize(graph.populations.size());
    std::vector<std::vector<std::int64_t>> operations = fan_outs(graph);
    WidePopulations wide(graph);
    const std::vector<std::vector<double>> no_bounds(graph.populations.size());
    for (std::size_t p = 0; p < graph.populations.size(); ++p) {
        if (is_input(graph.populations[p].model)) network.input = static_cast<std::int32_t>(p);
        network.populations[p].phase = phases[p];
        const auto index = static_cast<std::int32_t>(p);
        if (!wide.compile_into(network, index, operations))
            PopulationCompiler(graph, index, no_bounds).compile_into(network, nullptr, operations);
    }
    return network;
}

}  // namespace syncopate
