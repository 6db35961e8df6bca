#pragma once

#include "core/shape.hpp"
#include "core/spikes/recording.hpp"
#include "io/formats/raster/run_header.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

/// One neuron followed through one sample.
struct Probe {
    std::int64_t sample = 0;  // index in the data set
    std::string layer = {};
    Shape shape;                             // of the layer
    std::optional<double> v_threshold = {};  // of this neuron, in units of the activation; none: it has no threshold
    std::int32_t offset = 0;                 // global tick at which the trace begins
    NeuronTrace trace = {};                  // T ticks, in thresholds; without a threshold in units of the activation
};

/// What a probe file (`syncopate-probe/1`, see io/schemas) holds.
struct ProbeRecord {
    RunHeader run = {};
    std::vector<Probe> probes = {};
};

/// Writes a probe file; numbers read back as the same bits. At most about 2^19 neuron ticks.
/// Throws Error naming file and probe if a trace does not fit T or holds a number that is not finite.
void write_probes(const ProbeRecord& record, const std::filesystem::path& path);

/// Reads a probe file. Throws Error naming file, JSON path, value and what would be right.
ProbeRecord read_probes(const std::filesystem::path& path);

/// Channel, row and column of a neuron: the "position" of a probe.
struct NeuronPosition {
    std::int32_t channel = 0;
    std::int32_t y = 0;
    std::int32_t x = 0;
};
NeuronPosition neuron_position(std::int32_t neuron, const Shape& shape);

}  // namespace syncopate
