#include "io/study/presentation.hpp"

#include "io/run/share.hpp"

#include <iterator>

namespace syncopate {

std::string label_of(const StudyArm& arm) {
    return arm.layers.empty() || arm.layers == "all" ? arm.name : arm.name + " @ " + arm.layers;
}

CellCosts costs_of(const StudyCell& cell, std::int64_t samples) {
    std::int64_t spikes = 0;
    std::int64_t operations = 0;
    for (const LayerTally& layer : cell.layers) {
        spikes += layer.spikes;
        operations += layer.synaptic_operations;
    }
    const std::int64_t runs = samples * std::ssize(cell.seeds);
    return {ratio(spikes, runs), ratio(operations, runs)};
}

}  // namespace syncopate
