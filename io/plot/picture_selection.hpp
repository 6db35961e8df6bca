#pragma once

#include "core/shape.hpp"
#include "core/spikes/recording.hpp"
#include "core/tick.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace syncopate {

/// first … end − 1.
struct NumberRange {
    std::int64_t first = 0;
    std::int64_t end = 0;
};

/// Reads "0:64,100,200:300": numbers, and ranges without their end. Throws UsageError naming the option and the text.
std::vector<NumberRange> parse_number_ranges(std::string_view text, std::string_view option);

/// What is drawn of every layer.
struct PictureSelection {
    std::vector<NumberRange> neurons = {};   // row-major C·H·W; none: all
    std::vector<NumberRange> channels = {};  // none: all
    std::optional<NumberRange> ticks = {};   // as the picture counts them
    bool chooses_neurons() const { return !neurons.empty() || !channels.empty(); }
};

/// The neurons of one layer that are drawn, and their rows.
class ChosenNeurons {
public:
    /// Throws Error naming `where` if none of the layer's neurons is chosen.
    ChosenNeurons(const Shape& shape, const PictureSelection& selection, const std::string& where);

    std::int64_t count() const { return count_; }
    std::int64_t first() const { return first_; }
    std::int64_t last() const { return last_; }
    /// The spikes of the chosen neurons in the chosen ticks, by row instead of neuron.
    SpikeTrain of(const SpikeTrain& spikes) const;

private:
    std::vector<std::int32_t> row_of_;  // of every neuron, or −1; empty: all are drawn
    std::optional<NumberRange> ticks_;
    std::int64_t count_ = 0, first_ = 0, last_ = 0;
};

}  // namespace syncopate
