#pragma once

#include <cstddef>
#include <string_view>

namespace syncopate {

struct BandContext;
struct BandScratch;
struct CompiledPopulation;
struct PopulationPlan;

/// Advances a band of a population over some ticks: delivery of what reaches it and the update of its neurons are one
/// piece of work, so that a kernel can do both at once. Kernels differ in speed, never in a bit.
class BandKernel {
public:
    virtual ~BandKernel() = default;
    virtual std::string_view name() const = 0;
    /// Writes the band's potentials, counts, traces and segment, and the scratch; reads sealed windows only.
    virtual void advance(const BandContext& context, std::size_t band, BandScratch& scratch) const = 0;
};

/// For each tick: sums of 32 bits begin with the base current, the events that arrive are delivered, the neurons
/// updated, and what fired is written. For populations of which the compiler has proven that 32 bits hold every sum.
const BandKernel& narrow_kernel();
/// The same with sums of 64 bits, to which spikes and values are delivered as values, row by row.
const BandKernel& wide_kernel();
/// What the context's `sums` say of the whole window is delivered once, and added to the potentials with the base
/// current of all ticks. For populations that need no more (PopulationPlan::is_coalesced).
const BandKernel& whole_window_kernel();

/// Spikes are counted by input, and what the population's pooling rule makes of the largest counts is written.
const BandKernel& pooling_kernel();

/// The kernel that advances a population tick by tick.
const BandKernel& choose_kernel(const CompiledPopulation& population);

}  // namespace syncopate
