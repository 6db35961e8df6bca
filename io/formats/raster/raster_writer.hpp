#pragma once

#include "core/spikes/recording.hpp"
#include "io/formats/raster/raster_header.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace syncopate {

/// How the spikes of a layer are written.
enum class RasterEncoding : std::uint8_t {
    events,  // {"times": […], "ids": […]}, and "amplitudes" where one is not 1
    counts,  // spikes of each neuron in the recorded ticks
    bitset,  // one base64 row of bits a tick, "" for a silent tick; holds no amplitudes
};

struct RasterOptions {
    RasterEncoding encoding = RasterEncoding::events;
    std::uint64_t size_limit = std::uint64_t{1}
                               << 30;  // bytes; a sample that would pass it is left out, and all after it
};

/// Writes a raster file sample by sample. Spikes come in pieces of any size, layers in any order; memory is bounded by
/// a few bytes a neuron and 200 kB a layer, whatever the number of ticks and spikes. The file appears when it is
/// finished.
class RasterWriter {
public:
    /// Throws Error naming the file if it cannot be written or the header makes no sense.
    RasterWriter(std::filesystem::path path, RasterHeader header, RasterOptions options = {});
    ~RasterWriter();  // without finish(): nothing is left behind

    void begin_sample();
    /// Spikes of the open sample that come after those already given of this layer (a position in the header's list).
    /// Times are global ticks. Throws Error naming layer and spike unless they are ordered by (time, y, x, channel),
    /// within the layer's window and each neuron at most once a tick. Spikes outside the recorded ticks are left out.
    void append(std::size_t layer, const SpikeTrain& spikes);
    void end_sample(const RasterSampleInfo& info);
    /// Ends the file and gives it its name.
    void finish();

    /// Whether the size limit was reached; what is given from then on is ignored.
    bool truncated() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace syncopate
