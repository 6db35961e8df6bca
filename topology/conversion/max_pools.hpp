#pragma once

#include "topology/ann_graph.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace syncopate {

/// What becomes of max pooling: spiking max pooling by a rule (METHODS.md, Max pooling), or average pooling, which
/// makes another network.
enum class MaxPoolConversion : std::uint8_t { counts, gate, average };

/// A choice for all layers of max pooling, and others for some, by name.
struct MaxPoolChoices {
    MaxPoolConversion common = MaxPoolConversion::counts;
    std::map<std::string, MaxPoolConversion, std::less<>> of_layer = {};

    MaxPoolConversion of(std::string_view layer) const {
        const auto found = of_layer.find(layer);
        return found == of_layer.end() ? common : found->second;
    }
};

std::string_view to_string(MaxPoolConversion conversion);

/// Reads "gate" (for all layers) and "pool3=gate" (for one). Throws UsageError, naming the text and the valid choices.
MaxPoolChoices parse_max_pools(std::span<const std::string> texts);

/// A network in which max pooling stands where spikes can be compared.
struct ArrangedMaxPools {
    AnnGraph graph;
    std::vector<std::string> notes;  // what was changed, for the network file
    std::vector<std::string> warnings;
};

/// Brings max pooling directly behind activations. Where it stands before one, the two change places, since
/// max(ReLU(x)) = ReLU(max(x)) for every activation that does not fall; so do a multiplication by positive numbers and
/// an addition of constants that are the same in all of a channel. What is to become average pooling, does. Thresholds
/// are to be calibrated on the arranged network. What cannot be brought there stays, and is refused by convert().
/// Throws UsageError for a choice that names no layer of max pooling, RefusedError for a dilated one that is to
/// average.
ArrangedMaxPools arrange_max_pools(AnnGraph graph, const MaxPoolChoices& choices);

/// Why what the node of max pooling compares is no spikes, and what to do; empty if it is.
std::string why_not_pooled(const AnnGraph& graph, NodeIndex pool);

}  // namespace syncopate
