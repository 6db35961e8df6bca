#pragma once

#include "core/compiled_network.hpp"
#include "topology/compiler/fraction_plan.hpp"
#include "topology/compiler/population_bias.hpp"
#include "topology/compiler/real_synapses.hpp"
#include "topology/layer_graph.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace syncopate {

/// How large what a linear population hands on usually is, for each neuron, in its unit: a bound if its terms are many
/// and independent. No more than the choice of fraction bits depends on it.
struct UsualValues {
    std::vector<double> magnitude;
    std::vector<double> square;  // mean of the square, if every spike comes
};

/// Fraction bits of wide populations, by population: of the sum of a tick, and of what a linear one hands on.
struct WideFormat {
    std::vector<std::int32_t> sum_bits;
    std::vector<std::int32_t> value_bits;
};

/// One population with its incoming projections, from real numbers to fixed point.
///
/// Narrow populations sum a tick in 32 bits and choose their fraction bits alone. Wide ones (linear, or behind a linear
/// one) sum it in 64, and share the bits with those that they take values from: they are told their format.
class PopulationCompiler {
public:
    /// Throws RefusedError, naming the projection, if a chain of stages composes to too many synapses.
    PopulationCompiler(const LayerGraph& graph, PopulationIndex index);

    /// What the choice of fraction bits needs to know of a wide population; the questions below come after it.
    /// `usual`: of the linear populations that it reads, by population.
    WidePopulation prepare_wide(std::span<const UsualValues> usual);
    const UsualValues& usual() const { return usual_; }
    /// Whether spikes and bias of a tick stay below max_wide_current, and every weight fits.
    bool fits(const WideFormat& format) const;

    /// Synaptic operations of the graph's projections (fan_out.hpp); what is used is moved out.
    using FanOuts = std::span<std::vector<std::int64_t>>;

    /// Appends to the network; the population's own place is reserved already. `format`: of a wide population.
    /// Throws RefusedError, naming the population, if no number of fraction bits suffices.
    void compile_into(CompiledNetwork& network, const WideFormat* format, FanOuts fan_outs) const;

private:
    struct Incoming {
        std::size_t number = 0;  // of the projection in the graph
        RealProjection real;
        std::optional<PopulationIndex> value_source = {};  // the linear population that it comes from, if it does
        bool is_analogue = false;
        double largest_weight = 0.0;
        WantedBits wanted;
        double synapses = 0.0;     // no neuron has more, each counted as often as routing sums spikes into it
        double largest_sum = 0.0;  // of |weight| over a neuron's synapses
    };

    bool is_relay() const { return population_.model.role() == PopulationRole::relay; }
    const Population& source_of(std::size_t projection) const;
    void add_projection(std::size_t p);
    double spike_worst(std::size_t neuron) const;
    double worst() const;
    Charge worst_charge(std::int32_t fraction_bits) const;
    void add_usual(const Incoming& incoming, const std::vector<double>& sums, std::span<const UsualValues> usual);
    double wide_worst(const WideFormat& format) const;
    double largest_charge(const Incoming& incoming, std::int32_t bits) const;
    std::int32_t choose_fraction_bits(std::vector<std::string>& warnings) const;
    std::int32_t analogue_bits() const;
    std::int32_t weight_bits(const Incoming& incoming, const WideFormat& format) const;
    void warn_of_coarse_weights(const WideFormat& format, std::vector<std::string>& warnings) const;

    void compile_relay(CompiledNetwork& network, CompiledPopulation& compiled) const;
    void compile_pool(CompiledNetwork& network, CompiledPopulation& compiled) const;
    CompiledProjection compiled_projection(const Incoming& incoming, std::int32_t weight_bits) const;

    const LayerGraph& graph_;
    PopulationIndex index_;
    const Population& population_;
    bool is_wide_ = false;
    PopulationBias bias_;
    std::vector<Incoming> incoming_;
    std::vector<double> spike_worst_, analogue_worst_;  // of what is no value of a linear population
    UsualValues usual_;
    double fan_in_sum_ = 0.0;
};

}  // namespace syncopate
