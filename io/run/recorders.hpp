#pragma once

#include "core/compiled_network.hpp"
#include "core/engine/observer.hpp"
#include "io/formats/raster/raster_writer.hpp"
#include "topology/layer_graph.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace syncopate {

/// Writes the spikes of chosen populations into a raster file while a sample runs.
class RasterRecorder final : public Observer {
public:
    /// `populations`: positions in the network, in the order of the raster's layers, whose offsets are those of
    /// their windows for this T. The writer must outlive the recorder.
    RasterRecorder(const CompiledNetwork& network, std::vector<std::size_t> populations, Tick T, RasterWriter& writer)
        : network_(network), populations_(std::move(populations)), T_(T), writer_(writer) {}

    bool wants_spikes(std::size_t population) const override;

    void spikes(std::size_t population, const Window& window) override;

private:
    const CompiledNetwork& network_;
    std::vector<std::size_t> populations_;
    Tick T_;
    RasterWriter& writer_;
    SpikeTrain train_;  // reused
};

/// How a raster's header describes populations that are recorded at this T.
std::vector<RasterLayer> raster_layers(const CompiledNetwork& network, const std::vector<std::size_t>& populations,
                                       Tick T);

/// Populations chosen by "conv1,fc" or "all" (every population that spikes).
/// Throws UsageError naming what is wrong and the nearest names.
std::vector<std::size_t> parse_populations(const std::string& text, const LayerGraph& graph);

/// Neurons chosen by "conv1:17,204" (flat C·H·W ids). Throws UsageError naming the text and what would be right.
PopulationProbe parse_probe(const std::string& text, const LayerGraph& graph);

}  // namespace syncopate
