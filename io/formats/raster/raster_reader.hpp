#pragma once

#include "core/spikes/recording.hpp"
#include "io/formats/raster/raster_header.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace syncopate {

/// Receives a raster file sample by sample. Overwrite what you need.
class RasterSink {
public:
    virtual ~RasterSink() = default;
    /// Once, before the first sample.
    virtual void header(const RasterHeader&) {}
    /// `known` is what stands before the sample's layers: the index is −1 if the file gives it after them.
    virtual void begin_sample(const RasterSampleInfo& /*known*/) {}
    /// Whether the spikes of a layer in the sample begun are wanted; the others are checked and passed over.
    virtual bool wants(std::size_t /*layer*/) { return true; }
    /// Whole ticks of spikes, ordered by (time, y, x, channel); times are global ticks. Several calls a layer are
    /// possible.
    virtual void spikes(std::size_t /*layer*/, const SpikeTrain&) {}
    /// Spikes of each neuron in the recorded ticks.
    virtual void counts(std::size_t /*layer*/, std::span<const std::int32_t>) {}
    virtual void end_sample(const RasterSampleInfo&) {}
};

/// Reads a whole raster file (`syncopate-raster/1`) and checks everything: known members, ids and times in range,
/// order, equal lengths, base64, no layer or sample twice. Memory is bounded by the spikes of one layer in one sample
/// (`events`, at most 2^27) or one tick (`bitset`). Throws Error naming file, JSON path, value and what would be right.
RasterHeader read_raster(const std::filesystem::path& path, RasterSink& sink);

/// A sample in memory. One entry for each layer of the header; what was not selected or is encoded otherwise is empty.
struct RasterSample {
    RasterSampleInfo info;
    std::vector<SpikeTrain> trains;
    std::vector<std::vector<std::int32_t>> counts;
};

struct Raster {
    RasterHeader header;
    std::vector<RasterSample> samples;
};

/// What to load.
struct RasterSelection {
    std::vector<std::string> layers = {};    // names; none: all
    std::vector<std::int64_t> samples = {};  // indices in the data set; none: all
};

/// The selected part of a raster file, in memory (at most 2^27 spikes and counts).
/// Throws Error like read_raster, and if a selected layer or sample is not in the file.
Raster load_raster(const std::filesystem::path& path, const RasterSelection& selection = {});

}  // namespace syncopate
