#pragma once

#include "io/formats/data/dataset.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace syncopate {

/// "0:1", "0:255", "ready", as --input-range takes them.
std::string to_string(InputRange range);
/// Throws UsageError with the three that there are.
InputRange parse_input_range(const std::string& text);

/// The smallest and largest value of a whole data set, and where they stand.
struct DatasetExtremes {
    struct Value {
        double value = 0.0;
        std::int64_t sample = 0;
        std::int64_t position = 0;  // in the sample, flat C·H·W
    };
    Value least;
    Value most;
};

/// Reads every sample, one at a time; of 8-bit pixels only up to the first above 1, which is all that has to be known
/// of them. Throws Error naming value and place if one is not finite.
DatasetExtremes extremes_of(const Dataset& dataset);

/// A range, and what a user should know of the decision; "" if nothing had to be decided.
struct RangeDecision {
    InputRange range = InputRange::byte;
    std::string note = {};
};

/// The range of a data set's numbers: the stated one, or what their extremes say.
/// 8-bit data are pixels. Of other numbers, those within [0, 1] are pixels over 255, those within [0, 255] pixels if
/// their maximum is 64 or more; negative or larger ones are ready. Where two of these are possible and give the network
/// different inputs, nothing is guessed: data that normalisation could have given as well (it has no negative
/// results, or reaches down to where the data begin), that are constant, or that end between 1 and 64; and, where
/// no preprocessing is stated, data that end between 64 and 255. Throws Error naming the data, their extremes and
/// --input-range then, and Error naming value and place if data contradict the stated range. But data that could be
/// what the network was calibrated on are taken for that, and values within [0, 1] are ready for a network whose
/// preprocessing changes nothing, unless it was calibrated on pixels.
RangeDecision decide_input_range(const Dataset& dataset, const Preprocessing& preprocessing,
                                 std::optional<InputRange> stated);

}  // namespace syncopate
