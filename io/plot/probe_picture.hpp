#pragma once

#include "io/formats/raster/probe_file.hpp"

#include <filesystem>

namespace syncopate {

/// Draws the probes of a record, a panel each: spikes, membrane potential (before the test, and after the reset) with
/// its threshold, and the current of every tick. The first 24 probes are drawn, which the title says if there are more.
/// The ending of `picture` chooses PNG or SVG. Throws Error if there is no probe, UsageError for another ending.
void draw_probes(const ProbeRecord& record, const std::filesystem::path& picture);

}  // namespace syncopate
