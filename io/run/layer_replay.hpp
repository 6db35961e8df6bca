#pragma once

#include "io/formats/raster/raster_header.hpp"
#include "io/run/simulation.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

/// Runs a network on recorded spikes, sample by sample: layers of a raster file take the place of populations, and
/// what only those need is not simulated.
class LayerReplay {
public:
    /// `layers`: names of the layers to replay; none: all that the network has too. The simulation must outlive the
    /// replay; its duration must be the raster's T. Throws Error naming `file`, layer, and what would be right, unless
    /// the raster holds whole windows and the layers are populations of the same shape that send spikes.
    LayerReplay(const Simulation& simulation, const RasterHeader& header, const std::vector<std::string>& layers,
                std::string file);

    /// Whether a population's spikes are replayed.
    bool is_replayed(std::size_t population) const;
    /// Which populations are simulated.
    const std::vector<bool>& live() const { return live_; }
    /// A population that is simulated and takes the sample itself, so that the data are needed; none if there is none.
    std::optional<std::size_t> needs_data() const;

    /// Throws Error if the label or prediction of a recorded sample is none of the network's classes.
    void check_classes(const RasterSampleInfo& sample) const;
    /// Whether a layer of the raster is replayed.
    bool wants(std::size_t layer) const;
    /// Spikes of a layer in the next sample, in global ticks, after those already given of it. Throws Error if the
    /// population sends no such amplitudes.
    void append(std::size_t layer, const SpikeTrain& spikes);
    /// Runs the sample of which spikes have been given, and forgets them. `observer` may be null.
    SampleOutcome run(const Sample& sample, Executor& bands, Observer* observer, RunStatistics& statistics);

private:
    struct Layer {
        std::size_t layer = 0;  // in the raster's header
        std::size_t population = 0;
        Tick offset = 0;
        SpikeTrain train = {};  // of the next sample, in local ticks
    };
    void add_layer(const RasterHeader& header, std::size_t layer, std::size_t population);
    void check_amplitudes(const Layer& layer, const SpikeTrain& spikes) const;

    const Simulation& simulation_;
    std::string file_;
    std::vector<Layer> layers_;
    std::vector<bool> live_;
};

}  // namespace syncopate
