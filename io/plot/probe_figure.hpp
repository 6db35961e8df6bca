#pragma once

#include "io/formats/raster/probe_file.hpp"
#include "io/plot/figure.hpp"

#include <string>

namespace syncopate {

/// A figure of the probes of a record, a panel each: spikes, membrane potential (before the test, and after the reset)
/// with its threshold, and the current of every tick. The first 24 probes are drawn, which the title says if there are
/// more. Throws Error, naming the file that the record is from, if there is no probe.
Figure probe_figure(ProbeRecord record, const std::string& file);

}  // namespace syncopate
