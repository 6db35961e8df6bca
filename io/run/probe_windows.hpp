#pragma once

#include "core/compiled_network.hpp"
#include "core/engine/observer.hpp"
#include "io/formats/raster/probe_file.hpp"

#include <cstdint>

namespace syncopate {

/// Appends what was followed in one sample to a record: a probe for each neuron and window, at the global tick where
/// the window begins. A two-phase neuron has two windows: one in which it accumulates, and the next, in which it fires.
/// Requires: record.run.T is that of the sample.
void append_probes(ProbeRecord& record, std::int64_t sample, const CompiledPopulation& population,
                   const PopulationProbe& probe);

}  // namespace syncopate
