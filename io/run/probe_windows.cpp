#include "io/run/probe_windows.hpp"

#include "core/assert.hpp"
#include "core/index.hpp"

#include <algorithm>

namespace syncopate {

namespace {

/// Window number `window` of the trace.
NeuronTrace part_of(const NeuronTrace& trace, std::size_t window, std::size_t ticks) {
    const auto part = [&](const auto& values) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(window * ticks);
        return std::decay_t<decltype(values)>(begin, begin + static_cast<std::ptrdiff_t>(ticks));
    };
    NeuronTrace own{trace.neuron, part(trace.current), part(trace.potential_at_test), part(trace.potential),
                    part(trace.spikes)};
    if (trace.inputs.empty()) return own;
    own.inputs = trace.inputs;
    own.sums = part(trace.sums);
    own.winners = part(trace.winners);
    return own;
}

}  // namespace

void append_probes(ProbeRecord& record, std::int64_t sample, const CompiledPopulation& population,
                   const PopulationProbe& probe) {
    const auto ticks = to_size(record.run.T);
    // The engine appends the ticks of both windows of a two-phase neuron to one trace, first those in which it
    // accumulates. Cut in two, each part has T ticks and an offset of its own, like every other probe of the file.
    const std::size_t windows = population.second_phase != nullptr ? 2 : 1;
    for (const NeuronTrace& trace : probe.traces) {
        SYNCOPATE_ASSERT(trace.spikes.size() == windows * ticks);
        const auto channel = to_size(trace.neuron / population.shape.area());
        const std::vector<double>& thresholds = population.v_threshold;
        for (std::size_t w = 0; w < windows; ++w) {
            // A maximum has no threshold; what stands in its place is the worth of its spikes.
            std::optional<double> threshold = thresholds[thresholds.size() == 1 ? 0 : channel];
            if (population.is_pooling()) threshold.reset();
            record.probes.push_back({.sample = sample,
                                     .layer = population.name,
                                     .shape = population.shape,
                                     .v_threshold = threshold,
                                     .offset = (population.phase + static_cast<Tick>(w)) * record.run.T,
                                     .trace = part_of(trace, w, ticks)});
        }
    }
}

}  // namespace syncopate
